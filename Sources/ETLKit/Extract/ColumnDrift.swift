// How the values of a column differ from those of the file before, and the words for it.

import Records

/// What is worth telling about a column that holds something else than before.
struct ColumnDrift: Hashable {
  var column: String
  /// What differs, each as `what before → after`.
  var changes: [String]

  /// One line for the notes of a run.
  var text: String {
    "\(ContractProblem.quoted(column)) differs from the file before: "
      + changes.joined(separator: "; ")
  }

  /// Compares; nil if nothing is worth telling.
  ///
  /// `values`: some that are not of the type; none if they must not be shown.
  init?(
    _ column: ColumnSpec, from before: ColumnFacts, to after: ColumnFacts, values: [String],
    isHidden: Bool = false
  ) {
    self.column = column.name
    changes = []
    // Of another type the numbers mean something else.
    guard before.type == after.type, before.records > 0, after.records > 0 else { return nil }
    if Self.differs(before.emptyShare, after.emptyShare, by: 0.1, rising: 0.01) {
      changes.append(Self.shares("no value", before.emptyShare, after.emptyShare))
    }
    // Whatever reads again needs no word.
    if after.unfitShare > before.unfitShare,
      Self.differs(before.unfitShare, after.unfitShare, by: 0.01, rising: 0)
    {
      changes.append(
        Self.shares("not \(after.type)", before.unfitShare, after.unfitShare)
          + (isHidden ? "" : Self.examples(values)))
    }
    if !isHidden, let extent = Self.extent(column, before, after) { changes.append(extent) }
    if changes.isEmpty { return nil }
  }

  /// Whether two shares are far enough apart: by so much, or from nothing to so much at least.
  private static func differs(
    _ before: Double, _ after: Double, by distance: Double, rising least: Double
  ) -> Bool {
    abs(after - before) >= distance || before == 0 && after > 0 && after >= least
  }

  private static func shares(_ what: String, _ before: Double, _ after: Double) -> String {
    "\(what) \(share(before)) → \(share(after))"
  }

  /// A share that is there is never told as none, and one that is not whole never as all.
  private static func share(_ share: Double) -> String {
    if share > 0, share < 0.0005 { return "under 0.1%" }
    return share < 1 && share >= 0.9995 ? "over 99.9%" : CheckRunner.percent(share)
  }

  /// One of the values, and the type that would read them, if one does.
  private static func examples(_ values: [String]) -> String {
    guard let first = values.first else { return "" }
    let example = ", such as \"\(first)\""
    var evidence = ColumnEvidence()
    // Values with signs that had to be escaped or cut are not what stands in the file.
    let whole = values.filter { !$0.contains("\\") && !$0.contains("…") }
    guard whole.count == values.count else { return example }
    for value in whole { evidence.add(Array(value.utf8)) }
    let keys = evidence.inferred().keys
    guard keys.first?.value != "text" else { return example }
    return example + (values.count == 1 ? "; it reads as " : "; they read as ")
      + InferredText.map(keys)
  }

  /// Numbers and texts that are ten times as large or small as any before, numbers below zero where
  /// there were none, and texts of several lengths where all had one.
  private static func extent(
    _ column: ColumnSpec, _ before: ColumnFacts, _ after: ColumnFacts
  ) -> String? {
    guard let low = before.least, let high = before.greatest, let newLow = after.least,
      let newHigh = after.greatest
    else { return nil }
    let old = max(abs(low), abs(high))
    let new = max(abs(newLow), abs(newHigh))
    var isTold = old > 0 && (new >= old * 10 || new > 0 && new <= old / 10)
    if column.type == .text {
      isTold = isTold || low == high && (newLow != low || newHigh != high)
    } else {
      isTold = isTold || low >= 0 && newLow < 0
    }
    guard isTold else { return nil }
    let change = "\(range(low, high)) → \(range(newLow, newHigh))"
    return column.type == .text ? "length \(change) bytes" : "values \(change)"
  }

  private static func range(_ low: Double, _ high: Double) -> String {
    low == high ? number(low) : "\(number(low)) to \(number(high))"
  }

  private static func number(_ value: Double) -> String {
    Int64(exactly: value).map { String($0) } ?? String(value)
  }
}
