// What the tests of several loads share.

import TestSupport
import Testing

@testable import ETLKit

/// A pipeline over `in.csv` with orders (`some`) and their sums by customer (`sums`), up to its loads.
func ordersAndSums(_ rest: String) -> String {
  """
  etl: 1
  pipeline: {name: p}
  sources:
    in:
      type: file
      path: in.csv
      columns: {id: {type: int, required: true}, k: text, v: {type: int, required: true}}
  steps:
    some: {type: filter, from: in, where: v >= 0}
    sums: {type: aggregate, from: some, by: [k], set: {n: count(), v: sum(v)}}
  \(rest)
  """
}

extension RunSummary {
  /// Each load with its rows, and how many of them were inserted, updated, unchanged and rejected.
  var loads: [String] {
    stages.filter { $0.kind == .load }.map { stage in
      stage.name + " "
        + spaced(
          stage.tally.rowsIn, stage.tally.inserted, stage.tally.updated, stage.tally.unchanged,
          stage.tally.rejected)
    }
  }
}

extension TestWorkspace {
  /// Mends the first record that waits.
  func mend(_ raw: String) throws {
    let state = try StateFile.open(workspace)
    let entry = try #require(try state.openRejects(pipeline: "p").first)
    try state.edit(entry.id, raw: Array(raw.utf8), by: "tester")
  }
}
