// Where each loaded row comes from: the columns that say so, and the values of a batch's rows.
//
// The loading thread fills them for one batch at a time into plain memory, which the virtual table
// hands to SQLite like any other column.

import Records

/// The columns that a load with lineage keeps in each row.
enum Lineage {
  /// The load that wrote the row as it is, by its number in `_etl_loads`.
  static let load = "_etl_load"
  /// The file its record stands in, by its number in `_etl_snapshots`.
  static let source = "_etl_src"
  /// The first byte of the record in the unpacked file.
  static let offset = "_etl_off"

  static let columns = [load, source, offset]
  /// What names in tables and columns begin with that are not a pipeline's.
  static let prefix = "_etl_"
}

/// The places of a batch's rows, as the destination numbers files.
///
/// Belongs to the loading thread.
final class RowPlaces {
  /// The file and the offset of each row of the batch; no value where a row has no place.
  let sources: UnsafeMutablePointer<Int64>
  let offsets: UnsafeMutablePointer<Int64>
  let nulls: UnsafeMutablePointer<Bool>

  /// Queue entries whose rows the destination has from a newer record.
  private(set) var overtaken: [OpenReject] = []

  private let root: RootSource
  private let candidates: [KnownSnapshot]
  private var files: [Int64: DestinationFile] = [:]
  /// The order of all files the destination knows, by their number there; only if entries are tried.
  private var ranks: [Int64: Int64] = [:]
  private var entries: [OpenReject] = []

  /// `candidates`: every snapshot a row of this load can come from, in the order they are read.
  init(capacity: Int, root: RootSource, candidates: [KnownSnapshot]) {
    self.root = root
    self.candidates = candidates
    sources = .allocate(capacity: capacity)
    sources.initialize(repeating: 0, count: capacity)
    offsets = .allocate(capacity: capacity)
    offsets.initialize(repeating: 0, count: capacity)
    nulls = .allocate(capacity: capacity)
    nulls.initialize(repeating: true, count: capacity)
  }

  deinit {
    sources.deallocate()
    offsets.deallocate()
    nulls.deallocate()
  }

  /// Takes over how the destination numbers the files.
  func settle(_ note: ([KnownSnapshot]) throws -> DestinationFiles) rethrows {
    let known = try note(candidates)
    files = known.files
    ranks = known.ranks
  }

  /// Fills in the places of a batch's selected rows.
  func fill(_ parcel: Parcel) {
    let batch = parcel.batch
    entries = []
    if case .queue(let all) = parcel.origin { entries = all }
    for index in 0..<batch.selectedCount {
      let row = Int(batch.selection[index])
      let place: (snapshot: Int64?, offset: Int)? =
        switch parcel.origin {
        case .none: nil
        case .snapshot(let file): (root.snapshots[file].id, batch.place(of: row).offset)
        case .queue(let all): (all[row].snapshotID, all[row].place.offset)
        case .store(let store, let rows): store.origin(of: Int(rows[row]))
        }
      let file = place?.snapshot.flatMap { files[$0] }
      nulls[row] = file == nil
      guard let place, let file else { continue }
      sources[row] = file.number
      offsets[row] = Int64(place.offset)
    }
  }

  /// Whether the batch's row may take the place of the one that is there.
  ///
  /// A file says how things are now. A record of the queue is as old as the file it was in: it
  /// gives way to a row of a later file, or of a later line of the same file.
  func mayReplace(row: Int, source: Int64?, offset: Int64) -> Bool {
    guard !entries.isEmpty, !entries[row].isBroughtAgain, !nulls[row], let source,
      let there = ranks[source],
      let here = ranks[sources[row]]
    else { return true }
    guard there > here || there == here && offset > offsets[row] else { return true }
    overtaken.append(entries[row])
    return false
  }
}

extension RowStore {
  /// The file and offset of the record behind a row.
  func origin(of row: Int) -> (snapshot: Int64?, offset: Int)? {
    guard let book, let record = record(of: row) else { return nil }
    if let entry = book.entry(of: record) { return (entry.snapshotID, record.place.offset) }
    guard record.snapshot >= 0 else { return nil }
    return (book.source(of: record).snapshots[Int(record.snapshot)].id, record.place.offset)
  }
}
