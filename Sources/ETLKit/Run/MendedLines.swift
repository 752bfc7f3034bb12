// Records that a person mended, in the files that a pass reads: each stands where its old line stood,
// so that a whole run gives what a good file would have given, in that order.

import Records

/// What is tried in the places of lines that the files of a source have.
struct MendedLines {
  /// By place of the file among those read, in order of offset.
  private(set) var byFile: [Int: [OpenReject]] = [:]

  /// Finds the mended records of a source in the files that are read.
  ///
  /// `isAppended`: whether a record that was loaded once is there for good.
  init(_ work: LoadWork, source: String, snapshots: [BoundSnapshot], isAppended: Bool) {
    let claimed = Set(work.due.map(\.id))
    var mended: [RejectID: OpenReject] = [:]
    for entry in work.mended + work.due where entry.isEdited && entry.source == source {
      mended[entry.id] = entry
    }
    for var entry in mended.values {
      // Those that cut runs short are tried alone, those that failed in this world not at all.
      guard claimed.contains(entry.id) ? !entry.isFragile : !entry.entry.isOpen && !isAppended,
        let file = snapshots.firstIndex(where: { $0.snapshot.id == entry.snapshotID })
      else { continue }
      entry.isBroughtAgain = !entry.entry.isOpen
      byFile[file, default: []].append(entry)
    }
    for file in byFile.keys { byFile[file]?.sort { $0.place.offset < $1.place.offset } }
  }
}
