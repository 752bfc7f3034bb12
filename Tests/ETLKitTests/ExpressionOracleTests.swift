// Random expressions, once through our program and once through SQLite: where the languages mean
// the same, the answers must be the same.
//
// They differ on purpose, and the generator stays away from it, in these points:
// - overflow, division by zero and failing conversions fail the record; SQLite goes on with a
//   float, with null, or with a number made of the leading digits;
// - text compared with a number is a mistake; SQLite sorts text above numbers;
// - `like` minds the case (here SQLite is told to);
// - `upper` and `lower` know all alphabets, SQLite only ASCII;
// - `trim` takes tabs and line breaks too, SQLite only blanks;
// - letters are counted as people do, SQLite counts code points;
// - `substr` with a negative count is empty, SQLite takes the letters before;
// - `replace` is null if one of its texts is; SQLite asks for the third only if it needs it;
// - `round` to places and `%` on reals: SQLite prints and reads digits, and casts to integers;
// - integers and reals are compared as reals, SQLite compares them exactly;
// - `||` binds weaker than `+`, in SQLite stronger than `*`; `--` is two signs, not a comment;
// - `1.5` is a decimal, in SQLite a float.

import GRDBSQLite
import Records
import Testing

private struct Seeded {
  var state: UInt64

  mutating func number(below limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(limit))
  }

  mutating func pick<T>(_ values: [T]) -> T { values[number(below: values.count)] }
}

/// Writes expressions that mean the same in both languages.
private final class SharedWriter {
  var random: Seeded
  init(seed: UInt64) { random = Seeded(state: seed) }

  func integer(_ depth: Int) -> String {
    guard depth > 0 else { return random.pick(["i", "j", "0", "1", "3", "(-2)"]) }
    let (a, b) = (integer(depth - 1), integer(depth - 1))
    return switch random.number(below: 12) {
    case 0: "(\(a) + \(b))"
    case 1: "(\(a) - \(b))"
    case 2: "(\(a) * \(b))"
    case 3: "(\(a) / \(b))"
    case 4: "(\(a) % \(b))"
    case 5: "(-(\(a)))"
    case 6: "abs(\(a))"
    case 7: "\(random.pick(["least", "greatest", "coalesce", "nullif"]))(\(a), \(b))"
    case 8: "length(\(text(depth - 1)))"
    case 9: "case \(a) when \(integer(0)) then \(b) when 3 then 1 end"
    default: "case when \(condition(depth - 1)) then \(a) else \(b) end"
    }
  }

  func real(_ depth: Int) -> String {
    guard depth > 0 else { return random.pick(["r", "q", "0e0", "2.5e0", "(-0.5e0)"]) }
    let (a, b) = (real(depth - 1), real(depth - 1))
    return switch random.number(below: 8) {
    case 0: "(\(a) + \(integer(depth - 1)))"
    case 1: "(\(a) - \(b))"
    case 2: "(\(a) * \(b))"
    case 3: "(\(a) / \(b))"
    case 4: "(-(\(a)))"
    case 5: "round(\(a))"
    case 6: "\(random.pick(["least", "greatest", "coalesce", "nullif"]))(\(a), \(b))"
    default: "iif(\(condition(depth - 1)), \(a), \(b))"
    }
  }

  func text(_ depth: Int) -> String {
    guard depth > 0 else { return random.pick(["t", "s", "'a'", "''", "'b 日'"]) }
    let (a, b) = (text(depth - 1), text(depth - 1))
    return switch random.number(below: 8) {
    case 0: "(\(a) || \(b))"
    case 1: "\(random.pick(["upper", "lower", "trim", "ltrim", "rtrim"]))(\(a))"
    case 2: "substr(\(a), \(random.pick(["-9", "-2", "0", "1", "2", "9"])), abs(\(integer(0))))"
    case 3: "substr(\(a), \(integer(0)))"
    case 4: "replace(\(a), \(random.pick(["'a'", "'日'", "' '"])), \(text(0)))"
    case 5: "\(random.pick(["least", "greatest", "coalesce", "nullif"]))(\(a), \(b))"
    default: "case when \(condition(depth - 1)) then \(a) when c then \(b) end"
    }
  }

  func condition(_ depth: Int) -> String {
    guard depth > 0 else { return random.pick(["b", "c", "(i > 1)", "(t = 'a')", "(r is null)"]) }
    let sign = random.pick(["=", "<>", "<", "<=", ">", ">="])
    let not = random.pick(["", "not "])
    return switch random.number(below: 10) {
    case 0: "(\(condition(depth - 1)) and \(condition(depth - 1)))"
    case 1: "(\(condition(depth - 1)) or \(condition(depth - 1)))"
    case 2: "(not \(condition(depth - 1)))"
    case 3: "(\(integer(depth - 1)) \(sign) \(integer(depth - 1)))"
    case 4: "(\(real(depth - 1)) \(sign) \(real(depth - 1)))"
    case 5: "(\(text(depth - 1)) \(sign) \(text(depth - 1)))"
    case 6: "(\(integer(depth - 1)) \(not)between \(integer(0)) and \(integer(0)))"
    case 7: "(\(integer(depth - 1)) \(not)in (1, \(integer(0)), \(random.pick(["null", "2"]))))"
    case 8:
      "(\(text(depth - 1)) \(not)like '\(random.pick(["a%", "%a", "%日%", "_", "%a_%", "A%"]))')"
    default: "(\(random.pick([integer(depth - 1), text(depth - 1)])) is \(not)null)"
    }
  }
}

private let columns: [(name: String, type: ValueType, isNullable: Bool)] = [
  ("i", .integer, true), ("j", .integer, false), ("r", .real, true), ("q", .real, false),
  ("t", .text, true), ("s", .text, false), ("b", .boolean, true), ("c", .boolean, false),
]

private func randomRow(_ random: inout Seeded) -> [ExpressionConstant] {
  let texts = ["", "a", "ab a", " A 日 ", "日日", "b"].map { ExpressionConstant.text($0) }
  let numbers = (-3...5).map { ExpressionConstant.integer(Int64($0)) }
  let reals = [0, 1, -1.5, 2.5, 0.1].map { ExpressionConstant.real($0) }
  let flags = [true, false].map { ExpressionConstant.boolean($0) }
  return [
    random.pick(numbers + [.null]), random.pick(numbers), random.pick(reals + [.null]),
    random.pick(reals), random.pick(texts + [.null]), random.pick(texts),
    random.pick(flags + [.null]), random.pick(flags),
  ]
}

/// What SQLite answers, as the type we expect.
private final class Oracle {
  private var database: OpaquePointer?

  init(rows: [[ExpressionConstant]]) throws {
    try #require(sqlite3_open(":memory:", &database) == SQLITE_OK)
    run("pragma case_sensitive_like = on")
    run("create table rows (\(columns.map(\.name).joined(separator: ", ")))")
    for row in rows {
      run("insert into rows values (\(row.map(\.literal).joined(separator: ", ")))")
    }
  }

  deinit { sqlite3_close_v2(database) }

  private func run(_ sql: String) {
    #expect(sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK, "\(sql)")
  }

  func answers(_ expression: String, _ type: ValueType) -> [ExpressionConstant] {
    var statement: OpaquePointer?
    let words = expression.replacing("least(", with: "min(").replacing("greatest(", with: "max(")
    let sql = "select \(words) from rows order by rowid"
    #expect(sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK, "\(sql)")
    defer { sqlite3_finalize(statement) }
    var result: [ExpressionConstant] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      if sqlite3_column_type(statement, 0) == SQLITE_NULL {
        result.append(.null)
        continue
      }
      switch type {
      case .real: result.append(.real(sqlite3_column_double(statement, 0)))
      case .boolean: result.append(.boolean(sqlite3_column_int64(statement, 0) != 0))
      case .text:
        let text = sqlite3_column_text(statement, 0).map { String(cString: $0) }
        result.append(.text(text ?? ""))
      default: result.append(.integer(sqlite3_column_int64(statement, 0)))
      }
    }
    return result
  }
}

@Suite struct `The expression language` {
  @Test(arguments: 0..<10 as Range<UInt64>)
  func `means what SQLite means where it should`(seed: UInt64) throws {
    var random = Seeded(state: seed &+ 77)
    let rows = (0..<24).map { _ in randomRow(&random) }
    let oracle = try Oracle(rows: rows)
    let writer = SharedWriter(seed: seed &* 31 &+ 5)
    var comparedCount = 0
    for round in 0..<80 {
      let depth = 1 + round % 3
      let text =
        switch round % 4 {
        case 0: writer.integer(depth)
        case 1: writer.real(depth)
        case 2: writer.text(depth)
        default: writer.condition(depth)
        }
      // Some constants fail, or are null where null is refused: those have no type.
      guard let (type, ours) = try? evaluate(text, rows) else { continue }
      let theirs = oracle.answers(text, type)
      for (row, (our, their)) in zip(ours, theirs).enumerated() {
        guard let our else { continue }  // failed, on purpose
        comparedCount += 1
        #expect(our == their, "seed \(seed): \(text) in row \(row) of \(rows[row])")
      }
    }
    #expect(comparedCount > 500, "too few answers to compare")
  }

  /// One value a row; nil where the record fails.
  private func evaluate(
    _ text: String, _ rows: [[ExpressionConstant]]
  ) throws -> (ValueType, [ExpressionConstant?]) {
    let scope = ExpressionScope(
      columns: Dictionary(
        uniqueKeysWithValues: columns.enumerated().map {
          ($1.name, (column: $0, type: $1.type, isNullable: $1.isNullable))
        }))
    let expression = try ExpressionTree.parse(text).typed(in: scope)
    let batch = RecordBatch(
      width: 0, columns: columns.map(\.type) + [expression.type], capacity: rows.count,
      byteCapacity: 1_024)
    batch.begin(position: .start)
    for row in rows { fill(batch, row) }
    ExpressionProgram(expression).evaluate(batch, into: columns.count)
    let result = batch.columns[columns.count]
    let values: [ExpressionConstant?] = rows.indices.map { row in
      if batch.bad[row] { return nil }
      if result.nulls[row] { return ExpressionConstant.null }
      let slot = result.slots[row]
      return switch expression.type {
      case .real: .real(Double(bitPattern: UInt64(bitPattern: slot)))
      case .boolean: .boolean(slot != 0)
      case .text: .text(String(decoding: batch.bytes(of: slot), as: UTF8.self))
      default: .integer(slot)
      }
    }
    return (expression.type, values)
  }

  private func fill(_ batch: RecordBatch, _ values: [ExpressionConstant]) {
    guard let row = batch.addRow() else { return }
    for (index, value) in values.enumerated() {
      let column = batch.columns[index]
      column.nulls[row] = value == .null
      switch value {
      case .integer(let number): column.slots[row] = number
      case .real(let number): column.slots[row] = Int64(bitPattern: number.bitPattern)
      case .boolean(let flag): column.slots[row] = flag ? 1 : 0
      case .text(var text): column.slots[row] = text.withUTF8 { batch.append($0) }
      default: break
      }
    }
  }
}
