// Random typed expressions over random rows: the program and the slow evaluator must agree, on
// values and on which rows fail.

import Testing

@testable import Records

/// Writes random expressions of a wanted type.
final class ExpressionWriter {
  var random: SplitMix64

  init(random: SplitMix64) { self.random = random }

  func pick(_ texts: String...) -> String {
    texts[Int(random.next() % UInt64(texts.count))]
  }

  func integer(_ depth: Int) -> String {
    guard depth > 0 else { return pick("i", "j", "0", "1", "-3", "9223372036854775807", "run.id") }
    let (a, b) = (integer(depth - 1), integer(depth - 1))
    return switch random.next() % 14 {
    case 0: "(\(a) + \(b))"
    case 1: "(\(a) - \(b))"
    case 2: "(\(a) * \(b))"
    case 3: "try(\(a) / \(b), \(integer(0)))"
    case 4: "(\(a) % \(b))"
    case 5: "(\(a) / \(b))"
    case 6: "-\(a)"
    case 7: choice(depth, integer)
    case 8: "\(pick("abs", "sign"))(\(a))"
    case 9: "\(pick("least", "greatest", "coalesce", "nullif"))(\(a), \(b))"
    case 10:
      "\(pick("year", "month", "day", "weekday", "day_of_year", "quarter"))(\(day(depth - 1)))"
    case 11: "length(\(text(depth - 1)))"
    case 12: "try(int(\(pick(text(depth - 1), real(depth - 1), decimal(depth - 1)))), \(a))"
    default: pick("date_diff(\(day(depth - 1)), day)", "int(b)", "hour(at)", "int(s)")
    }
  }

  func real(_ depth: Int) -> String {
    guard depth > 0 else { return pick("r", "q", "0e0", "1.5e0", "-2e0", "1e300") }
    let (a, b) = (real(depth - 1), real(depth - 1))
    return switch random.next() % 9 {
    case 0: "(\(a) + \(b))"
    case 1: "(\(a) - \(integer(depth - 1)))"
    case 2: "(\(a) * \(b))"
    case 3: "(\(a) / \(b))"
    case 4: "-\(a)"
    case 5: choice(depth, real)
    case 6: "\(pick("abs", "floor", "ceil", "round"))(\(a))"
    case 7: "\(pick("least", "greatest", "coalesce", "nullif"))(\(a), \(b))"
    default: "real(\(pick(decimal(depth - 1), "s", "t")))"
    }
  }

  func decimal(_ depth: Int) -> String {
    guard depth > 0 else { return pick("d", "0.00", "1.5", "-12.345") }
    let (a, b) = (decimal(depth - 1), decimal(0))
    return switch random.next() % 8 {
    case 0: "(\(a) + \(b))"
    case 1: "(\(a) - \(b))"
    case 2: "round(\(a) * \(b), 2)"
    case 3: "round(\(a) / \(b), 3)"
    case 4: "(\(a) % \(b))"
    case 5: "round(\(choice(depth, decimal)), \(pick("0", "1", "2")))"
    case 6: "\(pick("abs", "floor", "ceil"))(\(a))"
    default: "decimal(\(pick(integer(depth - 1), real(depth - 1), "s")), \(pick("0", "2", "6")))"
    }
  }

  func text(_ depth: Int) -> String {
    guard depth > 0 else { return pick("t", "s", "'a'", "''", "'öx'") }
    let (a, b) = (text(depth - 1), text(depth - 1))
    let count = pick("-2", "-1", "0", "1", "2", "5", "j")
    return switch random.next() % 11 {
    case 0: "(\(a) || \(b))"
    case 1: "\(pick("lower", "upper", "trim", "ltrim", "rtrim"))(\(a))"
    case 2: "substr(\(a), \(count), \(pick("-1", "0", "1", "3", "i")))"
    case 3: "\(pick("left", "right"))(\(a), \(count))"
    case 4: "\(pick("lpad", "rpad"))(\(a), \(count), \(b))"
    case 5: "replace(\(a), \(b), \(text(0)))"
    case 6: "split_part(\(a), \(pick("'a'", "' '", "s")), \(count))"
    case 7: choice(depth, text)
    case 8: "text(\(pick(integer(depth - 1), real(0), decimal(0), day(0), "at", "b")))"
    case 9: "\(pick("least", "greatest", "coalesce", "nullif"))(\(a), \(b))"
    default: "concat(\(a), i, \(b))"
    }
  }

  func day(_ depth: Int) -> String {
    guard depth > 0 else { return pick("day", "date '2020-02-29'", "date(at)") }
    let a = day(depth - 1)
    return switch random.next() % 6 {
    case 0: "add_days(\(a), \(integer(depth - 1)))"
    case 1: "add_months(\(a), \(integer(depth - 1)))"
    case 2: "date_trunc('\(pick("year", "quarter", "month", "week"))', \(a))"
    case 3: "make_date(2020, \(integer(0)), \(integer(depth - 1)))"
    case 4: choice(depth, day)
    default: "try(date(\(text(0))), \(a))"
    }
  }

  func condition(_ depth: Int) -> String {
    guard depth > 0 else { return pick("b", "c", "true", "i = 1", "t = 'a'", "r > 0", "t is null") }
    let sign = pick("=", "<>", "<", "<=", ">", ">=")
    let not = pick("", "not ")
    return switch random.next() % 14 {
    case 0: "(\(condition(depth - 1)) and \(condition(depth - 1)) and \(condition(0)))"
    case 1: "(\(condition(depth - 1)) or \(condition(depth - 1)))"
    case 2: "not \(condition(depth - 1))"
    case 3: "(\(integer(depth - 1)) \(sign) \(integer(depth - 1)))"
    case 4: "(\(real(depth - 1)) \(sign) \(real(depth - 1)))"
    case 5: "(\(text(depth - 1)) \(sign) \(text(depth - 1)))"
    case 6: "(\(day(depth - 1)) \(sign) day)"
    case 7: "(\(integer(depth - 1)) \(not)between \(integer(0)) and \(integer(0)))"
    case 8: "(\(integer(depth - 1)) \(not)in (1, \(integer(0)), \(pick("null", "2"))))"
    case 9: "(\(text(depth - 1)) \(not)in ('a', 'b', \(text(0))))"
    case 10: "(\(text(depth - 1)) \(not)like '\(pick("a%", "%a", "%a%", "_", "%a_%b", ""))')"
    case 11: "(\(pick(integer(depth - 1), text(depth - 1))) is \(not)null)"
    case 12: choice(depth, condition)
    default: "\(pick("starts_with", "ends_with", "contains"))(\(text(depth - 1)), \(text(0)))"
    }
  }

  private func choice(
    _ depth: Int, _ result: (Int) -> String
  ) -> String {
    let (a, b) = (result(depth - 1), result(depth - 1))
    return switch random.next() % 3 {
    case 0: "case when \(condition(depth - 1)) then \(a) when \(condition(0)) then \(b) end"
    case 1: "iif(\(condition(depth - 1)), \(a), \(b))"
    default: "case \(integer(0)) when \(integer(0)) then \(a) when i then \(b) else \(a) end"
    }
  }
}

extension Rows {
  static func random(_ random: inout SplitMix64) -> [String: ExpressionConstant] {
    func pick(_ values: [ExpressionConstant]) -> ExpressionConstant {
      values[Int(random.next() % UInt64(values.count))]
    }
    let numbers = [0, 1, -1, 2, 7, 1_000, Int64.max, Int64.min].map {
      ExpressionConstant.integer($0)
    }
    let reals = [0, 1, -1.5, 2.5, 1e18, -1e300].map { ExpressionConstant.real($0) }
    let texts = ["", "a", "ab a", " ä b\t", "12", "3.5", "2020-01-31", "öxöx"].map {
      ExpressionConstant.text($0)
    }
    return [
      "i": pick(numbers + [.null]), "j": pick(numbers), "r": pick(reals + [.null]),
      "q": pick(reals), "t": pick(texts + [.null]), "s": pick(texts),
      "d": pick([0, 150, -1, 999_999_999_999].map { .decimal(units: $0, scale: 2) } + [.null]),
      "b": pick([.boolean(true), .boolean(false), .null]),
      "c": pick([.boolean(true), .boolean(false)]),
      "day": pick([.date(18_283), .date(0), .date(-719_162), .date(2_932_896), .null]),
      "at": pick([.timestamp(1_583_020_799_500_000), .timestamp(-1), .null]),
    ]
  }
}

@Suite struct `The program` {
  @Test(arguments: 0..<16 as Range<UInt64>)
  func `agrees with the slow evaluator`(seed: UInt64) {
    let writer = ExpressionWriter(random: SplitMix64(seed: seed &* 7_919))
    var typedCount = 0
    for round in 0..<100 {
      let depth = 1 + round % 4
      let text =
        switch round % 6 {
        case 0: writer.integer(depth)
        case 1: writer.real(depth)
        case 2: writer.decimal(depth)
        case 3: writer.text(depth)
        case 4: writer.day(depth)
        default: writer.condition(depth)
        }
      guard let expression = try? ExpressionTree.parse(text).typed(in: Rows.scope) else { continue }
      typedCount += 1
      compare(expression, &writer.random, "seed \(seed), round \(round): \(text)")
    }
    #expect(typedCount > 50, "too few of the expressions have a type")
  }

  private func compare(_ expression: TypedExpression, _ random: inout SplitMix64, _ label: String) {
    let program = ExpressionProgram(expression)
    let batch = Rows.batch(capacity: 24)
    // Twice, for the second batch meets used scratch columns.
    for _ in 0..<2 {
      batch.begin(position: .start)
      for _ in 0..<24 { Rows.add(Rows.random(&random), to: batch) }
      batch.keep { $0 % 5 != 3 || label.hashValue % 2 == 0 }
      batch.markBad(2)
      let before = program.swallowedCount
      program.evaluate(batch, into: Rows.resultColumn(expression.type))
      var swallowed = 0
      for index in 0..<batch.selectedCount where batch.selection[index] != 2 {
        let row = Int(batch.selection[index])
        var reference = ExpressionReference { batch.value($0, row) }
        do throws(ExpressionFailure) {
          let expected = try reference.evaluate(expression)
          let found = Rows.result(batch, row, expression.type)
          #expect(
            !batch.bad[row] && same(found, expected),
            "\(label), row \(row): \(found), expected \(expected)")
        } catch {
          #expect(batch.bad[row], "\(label), row \(row): should fail with \(error.code.rawValue)")
        }
        swallowed += reference.swallowed
      }
      #expect(program.swallowedCount - before == swallowed, "\(label): try")
    }
  }

  /// Zero has two signs, and both are zero.
  private func same(_ left: ExpressionConstant, _ right: ExpressionConstant) -> Bool {
    if case .text(let left) = left, case .text(let right) = right {
      return left.utf8.elementsEqual(right.utf8)
    }
    return left == right
  }

  @Test func `keeps what is true and what is bad`() throws {
    let condition = try ExpressionTree.parse("10 / j > 1").typed(in: Rows.scope)
    let program = ExpressionProgram(condition)
    let batch = Rows.batch()
    for number in [1, 0, 20, 5] as [Int64] { Rows.add(["j": .integer(number)], to: batch) }
    batch.markBad(2)
    program.filter(batch)
    #expect((0..<batch.selectedCount).map { batch.selection[$0] } == [0, 1, 2, 3])
    #expect((0..<4).map { batch.bad[$0] } == [false, true, true, false])
    #expect(batch.badCount == 2)
    #expect(program.fault(batch, 1)?.code == .exprDivZero)
    #expect(program.fault(batch, 0) == nil)
  }

  @Test func `counts what try swallows`() throws {
    let expression = try ExpressionTree.parse("try(10 / j, -1)").typed(in: Rows.scope)
    let program = ExpressionProgram(expression)
    let batch = Rows.batch()
    for number in [1, 0, 0, 5] as [Int64] { Rows.add(["j": .integer(number)], to: batch) }
    program.evaluate(batch, into: Rows.resultColumn(.integer))
    #expect(program.swallowedCount == 2)
    #expect(batch.badCount == 0)
  }
}
