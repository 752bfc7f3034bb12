// After the first batch, computing allocates nothing. Only optimised builds can promise that:
// others allocate for closures.

import AllocationCount
import Records
import Testing

private var isOptimised: Bool {
  #if DEBUG
    false
  #else
    true
  #endif
}

@Suite(.enabled(if: isOptimised)) struct `A warm program` {
  @Test(arguments: [
    "i > 500", "t = 'US'", "t = 'US' and day >= date '2020-01-22'", "i between 1 and 9 or not b",
    "i in (1, 5, 9)", "t in ('a', 'b')", "t like 'G%e_'", "t < s",
    "i in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14)", "r is null", "day < at",
    "coalesce(r > 15, false)", "case when j = 0 then false else i / j > 2 end", "try(i / j, 0) = 0",
    "d * 1.19 > 50", "month(day) in (12, 1, 2)", "abs(r) + 2 * i < 3", "int(s) > 3",
    "length(trim(t)) > 2", "starts_with(substr(t, 2), 'U')", "nullif(i, 7) = 3",
  ])
  func `allocates nothing to filter`(text: String) throws {
    let program = ExpressionProgram(try ExpressionTree.parse(text).typed(in: Rows.scope))
    let batch = Rows.batch()
    for number in 0..<60 {
      Rows.add(
        [
          "i": .integer(Int64(number % 11)), "j": .integer(Int64(number % 3)),
          "r": number % 5 == 0 ? .null : .real(Double(number)), "t": .text("US \(number % 4)"),
          "s": .text("\(number)"), "day": .date(18_000 + Int64(number)), "b": .boolean(true),
          "d": .decimal(units: 100, scale: 2), "at": .timestamp(0),
        ], to: batch)
    }
    func select() {
      for row in 0..<60 { batch.selection[row] = UInt16(row) }
      batch.selectedCount = 60
    }
    for _ in 0..<2 {
      select()
      program.filter(batch)
    }
    select()
    let before = allocation_count()
    program.filter(batch)
    #expect(allocation_count() - before == 0)
  }
}
