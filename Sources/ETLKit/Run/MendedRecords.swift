// Records that somebody mended, found in files that still have their bad bytes.
//
// The mended version is tried in place of what the file has, wherever on the way the record was refused.

import Crypto
import Records

/// The mended records of one source.
final class MendedRecords {
  private var byPlace: [Int64: [Int: OpenReject]] = [:]
  /// Those of older versions of the files, by how long their bad bytes were.
  private var byLength: [Int: [OpenReject]] = [:]
  private var found: Set<RejectID> = []

  /// `snapshots`: the files that are read.
  init(_ entries: [OpenReject], snapshots: [Snapshot]) {
    let read = Set(snapshots.compactMap(\.id))
    for entry in entries {
      if read.contains(entry.snapshotID) {
        byPlace[entry.snapshotID, default: [:]][entry.place.offset] = entry
      } else {
        byLength[entry.place.length, default: []].append(entry)
      }
    }
  }

  /// The mended version of a record of a file: by its place, or else by its bytes; and which of both.
  ///
  /// Of records that are alike each one that was mended is found once.
  func version(
    of raw: UnsafeBufferPointer<UInt8>, at offset: Int, in snapshot: Int64
  ) -> (entry: OpenReject, isInPlace: Bool)? {
    if let entry = byPlace[snapshot]?[offset] { return (entry, true) }
    guard let alike = byLength[raw.count] else { return nil }
    let hash = Array(SHA256.hash(data: UnsafeRawBufferPointer(raw)))
    let entry = alike.first { $0.rawSHA256 == hash && !found.contains($0.id) }
    if let entry { found.insert(entry.id) }
    return entry.map { ($0, false) }
  }
}
