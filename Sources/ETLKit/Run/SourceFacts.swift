// What a run found out about the columns of its sources: gathered by the passes, told, and kept for
// the next file.

import Records

/// The facts of a run, by source.
struct RunFacts {
  /// One file's columns by name.
  typealias Columns = [String: ColumnFacts]

  /// By source, for each of its files in the order they are read.
  private(set) var files: [String: [Columns]] = [:]
  /// By source and column, some values that are not of the column's type.
  private(set) var unfitValues: [String: [String: [String]]] = [:]

  /// Takes over what a pass gathered; what an earlier one said of a column stays.
  mutating func take(_ gathered: FactGathering, of source: String) {
    var known = files[source] ?? []
    while known.count < gathered.files.count { known.append([:]) }
    let names = gathered.columns.map(\.spec.name)
    for (place, columns) in gathered.files.enumerated() {
      known[place].merge(zip(names, columns)) { first, _ in first }
    }
    files[source] = known
    unfitValues[source, default: [:]].merge(zip(names, gathered.unfitValues)) { first, _ in first }
  }
}

extension RunAttempt {
  /// Says which columns of files that are new hold something else than in the file before.
  mutating func tellDrift(_ facts: RunFacts) {
    for spec in pipeline.sources {
      let name = spec.name.value
      guard let files = facts.files[name], let read = sources[name]?.snapshots else { continue }
      let all = zip(read, files).compactMap { snapshot, columns in
        snapshot.id.map { (id: $0, isNew: snapshot.outcome == .fetched, columns: columns) }
      }
      // A report that cannot be made must not stop a load that can.
      guard let known = try? state.snapshotsWithFacts(all.map(\.id)) else { continue }
      let new = all.filter { $0.isNew || !known.contains($0.id) }
      guard !new.isEmpty,
        let before = try? state.factsBefore(
          new.map(\.id), source: name, pipeline: pipeline.name)
      else { continue }
      var after: RunFacts.Columns = [:]
      for file in new {
        after.merge(file.columns) { first, second in
          var sum = first
          sum.add(second)
          return sum
        }
      }
      let hidden = Set(spec.redacted.map(\.value))
      // What a watermark leaves out is no sample of its own column.
      for column in spec.columns.map(\.value) where column.name != spec.watermark?.column.value {
        guard let old = before[column.name], let new = after[column.name],
          let drift = ColumnDrift(
            column, from: old, to: new, values: facts.unfitValues[name]?[column.name] ?? [],
            isHidden: hidden.contains(column.name))
        else { continue }
        remark(drift.text, stage: name)
      }
    }
  }

  /// Keeps the facts of files that were loaded, for the next ones to be compared with.
  func keep(_ facts: RunFacts) {
    for (name, files) in facts.files {
      for (snapshot, columns) in zip(sources[name]?.snapshots ?? [], files) {
        guard let id = snapshot.id, !columns.isEmpty else { continue }
        try? state.note(columns, of: id)
      }
    }
  }
}
