// Dates and decimals, once through our program and once through SQLite. SQLite has neither: there a date
// is its text, and a decimal is counted in hundredths. So each expression is written in both languages.
//
// They differ on purpose, and the generator stays away from it, in these points:
// - `add_months` stops at the month's last day, SQLite runs over into the next month;
// - a day outside 0001 to 9999 fails the record, SQLite answers null;
// - the quotient of decimals has more places, in SQLite it is a whole number or a float.

import GRDBSQLite
import Records
import TestSupport
import Testing

/// One expression in both languages.
private struct Both {
  var ours: String
  var theirs: String

  init(_ ours: String, _ theirs: String) { (self.ours, self.theirs) = (ours, theirs) }
  init(_ same: String) { self.init(same, same) }

  /// The same words around parts.
  static func join(_ words: String, _ parts: Both...) -> Both {
    var result = Both(words)
    for (index, part) in parts.enumerated() {
      result.ours = result.ours.replacing("$\(index)", with: part.ours)
      result.theirs = result.theirs.replacing("$\(index)", with: part.theirs)
    }
    return result
  }
}

private struct BothWriter {
  var random: SplitMix64

  mutating func pick<T>(_ values: [T]) -> T {
    values[Int.random(in: 0..<values.count, using: &random)]
  }

  mutating func day(_ depth: Int) -> Both {
    guard depth > 0 else {
      return pick([
        Both("day"), Both("other"), Both("date '2020-02-29'", "'2020-02-29'"),
        Both("make_date(1999, 12, 31)", "'1999-12-31'"),
      ])
    }
    let a = day(depth - 1)
    switch Int.random(in: 0..<7, using: &random) {
    case 0:
      let days = pick(["-400", "-1", "0", "1", "31", "366"])
      return Both("add_days(\(a.ours), \(days))", "date(\(a.theirs), '\(days) days')")
    case 1:
      let unit = pick(["year", "month", "day"])
      return Both("date_trunc('\(unit)', \(a.ours))", "date(\(a.theirs), 'start of \(unit)')")
    case 2: return .join("coalesce($0, $1)", a, day(0))
    case 3: return .join("nullif($0, $1)", a, day(0))
    case 4:
      let b = day(depth - 1)
      let word = pick([("least", "min"), ("greatest", "max")])
      return Both("\(word.0)(\(a.ours), \(b.ours))", "\(word.1)(\(a.theirs), \(b.theirs))")
    case 5:
      return Both("date(text(\(a.ours)))", "date(\(a.theirs) || '')")
    default: return .join("case when $0 then $1 else $2 end", condition(depth - 1), a, day(0))
    }
  }

  mutating func money(_ depth: Int) -> Both {
    guard depth > 0 else {
      return pick([
        Both("d"), Both("e"), Both("1.50", "150"), Both("(-0.01)", "(-1)"), Both("0.00", "0"),
      ])
    }
    let (a, b) = (money(depth - 1), money(depth - 1))
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return .join("($0 + $1)", a, b)
    case 1: return .join("($0 - $1)", a, b)
    case 2: return .join("(-($0))", a)
    case 3: return .join("abs($0)", a)
    case 4: return .join("($0 * \(pick(["2", "(-3)", "7"])))", a)
    case 5: return .join("coalesce($0, $1)", a, b)
    case 6:
      let word = pick([("least", "min"), ("greatest", "max")])
      return Both("\(word.0)(\(a.ours), \(b.ours))", "\(word.1)(\(a.theirs), \(b.theirs))")
    default: return .join("case when $0 then $1 else $2 end", condition(depth - 1), a, b)
    }
  }

  mutating func number(_ depth: Int) -> Both {
    let a = day(depth - 1)
    let word = pick([
      ("year", "%Y"), ("month", "%m"), ("day", "%d"), ("day_of_year", "%j"),
    ])
    switch Int.random(in: 0..<5, using: &random) {
    case 0:
      let b = day(depth - 1)
      return Both(
        "date_diff(\(a.ours), \(b.ours))",
        "cast(julianday(\(a.theirs)) - julianday(\(b.theirs)) as integer)")
    case 1:
      return Both("weekday(\(a.ours))", "((strftime('%w', \(a.theirs)) + 6) % 7 + 1)")
    case 2:
      return Both("quarter(\(a.ours))", "((strftime('%m', \(a.theirs)) + 2) / 3)")
    default:
      return Both("\(word.0)(\(a.ours))", "cast(strftime('\(word.1)', \(a.theirs)) as integer)")
    }
  }

  mutating func condition(_ depth: Int) -> Both {
    guard depth > 0 else {
      return pick([Both("(day is null)"), Both("(d > 0.50)", "(d > 50)"), Both("(e = d)")])
    }
    let sign = pick(["=", "<>", "<", "<=", ">", ">="])
    let not = pick(["", "not "])
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return .join("($0 \(sign) $1)", day(depth - 1), day(depth - 1))
    case 1: return .join("($0 \(sign) $1)", money(depth - 1), money(depth - 1))
    case 2: return .join("($0 \(not)between $1 and $2)", day(depth - 1), day(0), day(0))
    case 3: return .join("($0 \(not)between $1 and $2)", money(depth - 1), money(0), money(0))
    case 4: return .join("($0 \(not)in ($1, $2))", day(depth - 1), day(0), day(0))
    case 5: return .join("($0 \(not)in ($1, $2))", money(depth - 1), money(0), money(0))
    case 6:
      return .join("($0 \(pick(["and", "or"])) $1)", condition(depth - 1), condition(depth - 1))
    default: return .join("($0 is \(not)null)", pick([day(depth - 1), money(depth - 1)]))
    }
  }
}

@Suite struct `A date or decimal in an expression` {
  private static let columns: [(name: String, type: ValueType, isNullable: Bool)] = [
    ("day", .date, true), ("other", .date, false),
    ("d", .decimal(precision: 12, scale: 2), true), ("e", .decimal(precision: 12, scale: 2), false),
  ]

  private static func rows(_ random: inout SplitMix64) -> [[Int64?]] {
    (0..<16).map { _ in
      func day() -> Int64 { Int64.random(in: -30_000...40_000, using: &random) }
      func cents() -> Int64 { Int64.random(in: -400...400, using: &random) }
      let isNull = [Bool.random(using: &random), Bool.random(using: &random)]
      return [isNull[0] ? nil : day(), day(), isNull[1] ? nil : cents(), cents()]
    }
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `means what SQLite means where it should`(seed: UInt64) throws {
    var writer = BothWriter(random: SplitMix64(seed: seed &* 7_919 &+ 3))
    let rows = Self.rows(&writer.random)
    let database = try database(rows)
    defer { sqlite3_close_v2(database) }
    var compared = 0
    for round in 0..<100 {
      let depth = 1 + round % 3
      let both =
        switch round % 4 {
        case 0: writer.day(depth)
        case 1: writer.money(depth)
        case 2: writer.number(depth)
        default: writer.condition(depth)
        }
      // Some constants fail, or are null where null is refused: those have no type.
      guard let ours = try? ours(both.ours, rows) else { continue }
      let theirs = theirs(both.theirs, in: database)
      #expect(theirs.count == rows.count, "\(both.theirs)")
      for (row, (our, their)) in zip(ours, theirs).enumerated() {
        guard let our else { continue }  // failed, on purpose
        compared += 1
        #expect(our == their, "seed \(seed): \(both.ours) in row \(row) of \(rows[row])")
      }
    }
    #expect(compared > 600, "too few answers to compare: \(compared)")
  }

  /// One text a row; nil where the record fails.
  private func ours(_ text: String, _ rows: [[Int64?]]) throws -> [String?] {
    let scope = ExpressionScope(
      columns: Dictionary(
        uniqueKeysWithValues: Self.columns.enumerated().map {
          ($1.name, (column: $0, type: $1.type, isNullable: $1.isNullable))
        }))
    let expression = try ExpressionTree.parse(text).typed(in: scope)
    let batch = RecordBatch(
      width: 0, columns: Self.columns.map(\.type) + [expression.type], capacity: rows.count,
      byteCapacity: 1_024)
    batch.begin(position: .start)
    for values in rows {
      guard let row = batch.addRow() else { break }
      for (column, value) in values.enumerated() {
        batch.columns[column].nulls[row] = value == nil
        batch.columns[column].slots[row] = value ?? .min / 3
      }
    }
    ExpressionProgram(expression).evaluate(batch, into: Self.columns.count)
    let result = batch.columns[Self.columns.count]
    return rows.indices.map { row in
      if batch.bad[row] { return nil }
      if result.nulls[row] { return "null" }
      let slot = result.slots[row]
      switch expression.type {
      case .date: return DateBytes.dateText(slot)
      case .decimal(_, let scale): return scale == 2 ? "\(slot)" : "\(slot) of \(scale)"
      default: return "\(slot)"
      }
    }
  }

  private func database(_ rows: [[Int64?]]) throws -> OpaquePointer? {
    var database: OpaquePointer?
    try #require(sqlite3_open(":memory:", &database) == SQLITE_OK)
    var sql = "create table rows (\(Self.columns.map(\.name).joined(separator: ", ")));"
    for row in rows {
      let values = row.enumerated().map { column, value in
        value.map { column < 2 ? "'\(DateBytes.dateText($0))'" : "\($0)" } ?? "null"
      }
      sql += "insert into rows values (\(values.joined(separator: ", ")));"
    }
    try #require(sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK)
    return database
  }

  private func theirs(_ expression: String, in database: OpaquePointer?) -> [String] {
    var statement: OpaquePointer?
    let sql = "select \(expression) from rows order by rowid"
    #expect(sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK, "\(sql)")
    defer { sqlite3_finalize(statement) }
    var result: [String] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      let text = sqlite3_column_text(statement, 0).map { String(cString: $0) }
      result.append(text ?? "null")
    }
    return result
  }
}
