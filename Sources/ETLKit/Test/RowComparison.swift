// Expected rows against found ones: what is missing, what nobody expected, and what nearly fits.

/// One stage's rows as a test compares them.
struct RowComparison {
  var columns: [String]
  /// The columns that name a row, by their places; rows that agree in them belong together.
  var key: [Int]
  var isOrdered: Bool

  /// What is different; nil if nothing is.
  func difference(
    _ stage: String, expected: [TestResult.Row], found: [[String?]]
  ) -> TestResult.Difference? {
    var difference = TestResult.Difference(stage: stage, columns: columns)
    var (missing, unexpected) = leftovers(expected, found)
    guard !missing.isEmpty || !unexpected.isEmpty else {
      guard isOrdered, expected.map(\.cells) != found else { return nil }
      difference.isOrderOnly = true
      for (wanted, got) in zip(expected, found) where wanted.cells != got {
        difference.differing.append(
          TestResult.Pair(expected: wanted, found: TestResult.Row(cells: got)))
      }
      return difference
    }
    for wanted in missing {
      guard let place = partner(of: wanted.cells, among: unexpected) else {
        difference.missing.append(wanted)
        continue
      }
      difference.differing.append(
        TestResult.Pair(
          expected: wanted, found: TestResult.Row(cells: unexpected.remove(at: place))))
    }
    missing = difference.missing
    difference.unexpected = unexpected.map { TestResult.Row(cells: $0) }
    return difference
  }

  /// Rows that the other side has not, or not as often.
  private func leftovers(
    _ expected: [TestResult.Row], _ found: [[String?]]
  ) -> (missing: [TestResult.Row], unexpected: [[String?]]) {
    var open: [[String?]: Int] = [:]
    for row in found { open[row, default: 0] += 1 }
    var missing: [TestResult.Row] = []
    for row in expected {
      if let count = open[row.cells], count > 0 {
        open[row.cells] = count - 1
      } else {
        missing.append(row)
      }
    }
    let unexpected = found.filter { row in
      guard let count = open[row], count > 0 else { return false }
      open[row] = count - 1
      return true
    }
    return (missing, unexpected)
  }

  /// The row that was probably meant: of the same key, else the one with most cells alike.
  private func partner(of wanted: [String?], among rows: [[String?]]) -> Int? {
    if !key.isEmpty {
      return rows.firstIndex { row in key.allSatisfy { row[$0] == wanted[$0] } }
    }
    func alike(_ row: [String?]) -> Int { zip(row, wanted).count { $0 == $1 } }
    guard let best = rows.indices.max(by: { alike(rows[$0]) < alike(rows[$1]) }),
      alike(rows[best]) > 0
    else { return nil }
    return best
  }
}
