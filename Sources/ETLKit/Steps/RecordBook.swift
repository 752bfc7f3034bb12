// The records behind gathered rows, once each: where they stand and what they were read as.
//
// Stores share one book, so that a record that became a thousand rows keeps its bytes once.

import Records

/// What is known of records whose rows left the batch they were read in.
final class RecordBook {
  /// One record.
  struct Record {
    var source: Int32
    /// Its place in the source's list of snapshots; -1 for an entry of the queue.
    var snapshot: Int32
    /// Its place in `entries`; -1 for a record of a file.
    var entry: Int32
    var place: RecordPlace
    /// The bytes as they were read.
    var raw: Int64
    /// Who it is by its key, and the key as people read it; nil and 0 without one.
    var identity: RecordIdentity?
    var key: Int64
  }

  private(set) var records: ContiguousArray<Record> = []
  private(set) var sources: [RootSource] = []
  private(set) var entries: [OpenReject] = []
  private var arena: ContiguousArray<UInt8> = []

  /// Notes a record of a batch; gives its number.
  func note(_ row: Int, of parcel: Parcel, source: RootSource) -> Int32 {
    let batch = parcel.batch
    if case .store(let store, let rows) = parcel.origin {
      return store.recordOf.isEmpty ? -1 : store.recordOf[Int(rows[row])]
    }
    var record = Record(
      source: number(of: source), snapshot: -1, entry: -1, place: batch.place(of: row),
      raw: keep(batch.raw(row)), identity: nil, key: 0)
    switch parcel.origin {
    case .snapshot(let index): record.snapshot = Int32(index)
    case .queue(let all):
      record.entry = Int32(entries.count)
      record.place = all[row].place
      entries.append(all[row])
    case .none, .store: break
    }
    if let layout = parcel.layout, layout.identityCount > 0 {
      let columns = layout.casts[..<layout.identityCount].map(\.column)
      record.identity = RecordIdentity(
        source: source.seed, batch: batch, row: row, columns: columns)
      if record.identity != nil {
        var text = columns.map { SlotText.string(batch, row, $0) }.joined(separator: ", ")
        record.key = text.withUTF8 { keep($0) }
      }
    }
    records.append(record)
    return Int32(records.count - 1)
  }

  /// The source of a record.
  func source(of record: Record) -> RootSource { sources[Int(record.source)] }

  /// The queue entry a record came from.
  func entry(of record: Record) -> OpenReject? {
    record.entry >= 0 ? entries[Int(record.entry)] : nil
  }

  /// The key of a record as people read it.
  func keyText(of record: Record) -> String? {
    guard record.identity != nil else { return nil }
    return withBytes(of: record.key) { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes of a slot of this book.
  func withBytes<Result>(
    of slot: Int64, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    let start = Int(UInt64(bitPattern: slot) >> 32)
    let length = Int(slot & 0xFFFF_FFFF)
    return try arena.withUnsafeBufferPointer { bytes in
      try body(UnsafeBufferPointer(rebasing: bytes[start..<start + length]))
    }
  }

  private func number(of source: RootSource) -> Int32 {
    if let last = sources.indices.last, sources[last].name == source.name { return Int32(last) }
    if let known = sources.firstIndex(where: { $0.name == source.name }) { return Int32(known) }
    sources.append(source)
    return Int32(sources.count - 1)
  }

  private func keep(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64 {
    let slot = Int64(arena.count) << 32 | Int64(bytes.count)
    arena.append(contentsOf: bytes)
    return slot
  }
}
