// Queue entries whose bytes were not kept whole, because they were hidden or too long: read again
// from the file that they stand in.

import Foundation
import Records

extension RunAttempt {
  /// The entries with all their bytes; those whose file is gone are left out, and that is told.
  mutating func whole(_ entries: [OpenReject]) throws(EngineError) -> [OpenReject] {
    let cut = entries.filter { $0.isRawCut }
    guard !cut.isEmpty else { return entries }
    var bytes: [RejectID: [UInt8]] = [:]
    for (snapshot, entries) in Dictionary(grouping: cut, by: \.snapshotID).sorted(by: {
      $0.key < $1.key
    }) {
      guard let source = pipeline.source(named: entries[0].source),
        let file = try state.snapshot(snapshot),
        let found = try? Originals.read(entries, in: file, source: source)
      else {
        remarkLost(entries, try state.snapshot(snapshot))
        continue
      }
      bytes.merge(found) { $1 }
    }
    return entries.compactMap { entry in
      guard entry.isRawCut else { return entry }
      guard let whole = bytes[entry.id] else { return nil }
      var entry = entry
      entry.raw = whole
      entry.isRawCut = false
      return entry
    }
  }

  private mutating func remarkLost(_ entries: [OpenReject], _ file: Snapshot?) {
    let count = entries.count == 1 ? "1 waiting record" : "\(entries.count) waiting records"
    let ids = entries.prefix(5).map { String($0.id) }.joined(separator: ", ")
    remark(
      "\(count) (\(ids)\(entries.count > 5 ? ", …" : "")) cannot be tried: the queue does not keep"
        + " all of their bytes, and the file that has them is gone"
        + (file.map { ": \($0.blobPath)" } ?? "")
        + "; put it back, or etl-tui retry discard", stage: entries[0].source)
  }
}

/// Reads records again by their places.
enum Originals {
  /// The bytes of entries of one file, in one pass over it.
  static func read(
    _ entries: [OpenReject], in file: Snapshot, source: SourceSpec
  ) throws(EngineError) -> [RejectID: [UInt8]] {
    var reader = try BlobReader(file, source: source)
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    defer { block.deallocate() }
    var open = entries.sorted { $0.place.offset < $1.place.offset }[...]
    var found: [RejectID: [UInt8]] = [:]
    var position = 0
    while !open.isEmpty {
      let count = try reader.read(into: block)
      guard count > 0 else { break }
      let end = position + count
      for entry in open {
        let range = entry.place.offset..<(entry.place.offset + entry.place.length)
        guard range.lowerBound < end else { break }
        let part = range.clamped(to: position..<end)
        found[entry.id, default: []] +=
          block[
            (part.lowerBound - position)..<(part.upperBound - position)]
      }
      open.removeAll { $0.place.offset + $0.place.length <= end }
      position = end
    }
    return found.filter { id, bytes in
      entries.contains { $0.id == id && $0.place.length == bytes.count }
    }
  }
}
