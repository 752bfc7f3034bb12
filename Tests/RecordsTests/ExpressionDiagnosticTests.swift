// What is wrong with an expression: the words, letter by letter, and the place.

import Records
import Testing

private struct Mistake: Sendable, CustomTestStringConvertible {
  var expression: String
  /// The text at the place.
  var place: String
  var text: String
  init(_ expression: String, at place: String, _ text: String) {
    (self.expression, self.place, self.text) = (expression, place, text)
  }
  var testDescription: String { expression }
}

private func diagnostic(_ text: String) -> ExpressionDiagnostic? {
  do throws(ExpressionDiagnostic) {
    _ = try ExpressionTree.parse(text).typed(in: Rows.scope)
    return nil
  } catch {
    return error
  }
}

@Suite struct `A mistake in an expression` {
  @Test(arguments: [
    Mistake("i == 7", at: "==", "== is not a sign of this language; write = (expr.syntax)"),
    Mistake("b && c", at: "&&", "&& is not a sign of this language; write and (expr.syntax)"),
    Mistake("i =< 7", at: "=<", "=< is not a sign of this language; write <= (expr.syntax)"),
    Mistake("!b", at: "!", "! is not a sign of this language; write not (expr.syntax)"),
    Mistake("t = ‘a’", at: "‘", "‘ is not a sign of this language; write ' (expr.syntax)"),
    Mistake("i ; j", at: ";", "; is not a sign of this language (expr.syntax)"),
    Mistake("t = 'a", at: "'a", "the quote ' is never closed (expr.syntax)"),
    Mistake("1 +", at: "", "found the end where a value should be (expr.syntax)"),
    Mistake("(i + 1", at: "", "found the end where \")\" should be; write ) (expr.syntax)"),
    Mistake("i + 1)", at: ")", "found \")\" where the end or an operator should be (expr.syntax)"),
    Mistake(
      "b adn c", at: "adn",
      "found \"adn\" where the end or an operator should be; write and (expr.syntax)"),
    Mistake("12abc", at: "12abc", "found 12abc where a number should be (expr.syntax)"),
    Mistake(
      "1 < i < 5", at: "1 < i <",
      "one comparison cannot follow another; write 1 < i and i < (expr.syntax)"),
    Mistake("i is 5", at: "5", "found \"5\" where \"null\" should be (expr.syntax)"),
    Mistake("case when b then 1", at: "", "found the end where \"end\" should be (expr.syntax)"),
    Mistake(
      "99999999999999999999", at: "99999999999999999999",
      "99999999999999999999 does not fit into 64 bits (expr.constant)"),
    Mistake(
      "date '2021-02-30'", at: "'2021-02-30'", "'2021-02-30' is not a date (expr.constant)"),
  ])
  private func `of writing is shown at its place`(mistake: Mistake) {
    let found = diagnostic(mistake.expression)
    #expect(found?.description == mistake.text)
    #expect(found.map { place($0, in: mistake.expression) } == mistake.place)
  }

  @Test(arguments: [
    Mistake(
      "at_zone(at, 'Europe/Rom')", at: "'Europe/Rom'",
      "argument 2 of at_zone must be a zone of the tz database such as 'Europe/Rome'; "
        + "write 'Europe/Rome' (expr.argument)"),
    Mistake(
      "from_zone(at, 'EST')", at: "'EST'",
      "argument 2 of from_zone must be a zone of the tz database such as 'Europe/Rome' "
        + "(expr.argument)"),
    Mistake(
      "parse_date(t, 'yyyy-mm-dd')", at: "'yyyy-mm-dd'",
      "argument 2 of parse_date must be a pattern of dates such as 'dd/MM/yyyy'; "
        + "write 'yyyy-MM-dd' (expr.argument)"),
    Mistake(
      "parse_date(t, 'YYYY-mm-DD')", at: "'YYYY-mm-DD'",
      "argument 2 of parse_date must be a pattern of dates such as 'dd/MM/yyyy'; "
        + "write 'yyyy-MM-dd' (expr.argument)"),
    Mistake(
      "format_date(day, 'YYYY')", at: "'YYYY'",
      "argument 2 of format_date must be a pattern of dates such as 'dd/MM/yyyy'; "
        + "write 'yyyy' (expr.argument)"),
    Mistake(
      "regexp_replace(t, '(', '')", at: "'('",
      "the pattern '(' cannot be read: this bracket is never closed (expr.argument)"),
    Mistake(
      "regexp_extract(t, s)", at: "s",
      "argument 2 of regexp_extract must be a constant (expr.argument)"),
    Mistake(
      "at_zone(t, 'UTC')", at: "t",
      "argument 1 of at_zone is text, expected timestamp; write timestamp(t) (expr.type)"),
  ])
  private func `of a pattern or a zone is shown at its place`(mistake: Mistake) {
    let found = diagnostic(mistake.expression)
    #expect(found?.description == mistake.text)
    #expect(found.map { place($0, in: mistake.expression) } == mistake.place)
  }

  @Test(arguments: [
    Mistake("dya > 1", at: "dya", "no column or variable \"dya\"; write day (expr.name)"),
    Mistake(
      "i > var.frist_day", at: "var.frist_day",
      "no column or variable \"var.frist_day\"; write var.first_day (expr.name)"),
    Mistake(
      "s = \"Germany\"", at: "\"Germany\"",
      "no column or variable \"Germany\"; write 'Germany' (expr.name)"),
    Mistake("uper(t)", at: "uper", "no function \"uper\"; write upper (expr.name)"),
    Mistake("s = 5", at: "s", "= cannot take text and int; write int(s) (expr.type)"),
    Mistake("i > '5'", at: "'5'", "> cannot take int and text; write 5 (expr.type)"),
    Mistake("r < s", at: "s", "< cannot take real and text; write real(s) (expr.type)"),
    Mistake(
      "d = s", at: "s", "= cannot take decimal(12,2) and text; write decimal(s, 2) (expr.type)"),
    Mistake(
      "day >= '2020-01-22'", at: "'2020-01-22'",
      ">= cannot take date and text; write date '2020-01-22' (expr.type)"),
    Mistake("b = 1", at: "1", "= cannot take bool and int; write true (expr.type)"),
    Mistake("i in (1, 'x')", at: "'x'", "in cannot take int and text (expr.type)"),
    Mistake(
      "i = null", at: "i = null",
      "a comparison with null is never true; write i is null (expr.type)"),
    Mistake(
      "i <> null", at: "i <> null",
      "a comparison with null is never true; write i is not null (expr.type)"),
    Mistake("t + s", at: "t + s", "+ cannot take text and text; write t || s (expr.type)"),
    Mistake("b || c", at: "b || c", "|| cannot take bool and bool; write b or c (expr.type)"),
    Mistake("t || i", at: "i", "|| takes text, not int; write text(i) (expr.type)"),
    Mistake("s * 2", at: "s", "* cannot take text and int; write int(s) (expr.type)"),
    Mistake(
      "day + 7", at: "day + 7", "+ cannot take date and int; write add_days(day, 7) (expr.type)"),
    Mistake(
      "day - day", at: "day - day",
      "- cannot take date and date; write date_diff(day, day) (expr.type)"),
    Mistake("not i", at: "i", "not takes true or false, not int (expr.type)"),
    Mistake("b and i", at: "i", "and takes true or false, not int (expr.type)"),
    Mistake("-t", at: "t", "- takes a number, not text; write real(t) (expr.type)"),
    Mistake("i like '7%'", at: "i", "like takes text, not int; write text(i) (expr.type)"),
    Mistake("t like s", at: "s", "argument 2 of like must be a constant (expr.argument)"),
    Mistake(
      "t like 'a!' escape '!'", at: "'a!'", "the pattern 'a!' cannot be read (expr.argument)"),
    Mistake(
      "case when b then 1 else 'x' end", at: "'x'", "the results are int and text (expr.type)"),
    Mistake(
      "coalesce(s, i)", at: "i", "the results are text and int; write text(i) (expr.type)"),
  ])
  private func `of names and types comes with what to write`(mistake: Mistake) {
    let found = diagnostic(mistake.expression)
    #expect(found?.description == mistake.text)
    #expect(found.map { place($0, in: mistake.expression) } == mistake.place)
  }

  @Test(arguments: [
    Mistake("substr(t)", at: "substr(t)", "substr takes 2 to 3 arguments, not 1 (expr.argument)"),
    Mistake("abs()", at: "abs()", "abs takes 1 argument, not 0 (expr.argument)"),
    Mistake(
      "coalesce(i)", at: "coalesce(i)", "coalesce takes at least 2 arguments, not 1 (expr.argument)"
    ),
    Mistake(
      "upper(i)", at: "i", "argument 1 of upper is int, expected text; write text(i) (expr.type)"),
    Mistake(
      "year(s)", at: "s",
      "argument 1 of year is text, expected date|timestamp; write date(s) (expr.type)"),
    Mistake(
      "int(day)", at: "day",
      "argument 1 of int is date, expected text, a number or a bool (expr.type)"),
    Mistake("round(d, i)", at: "i", "argument 2 of round must be a constant (expr.argument)"),
    Mistake(
      "date_trunc('mnth', day)", at: "'mnth'",
      "argument 1 of date_trunc must be year, quarter, month, week, day; write 'month' (expr.argument)"
    ),
    Mistake(
      "decimal(s)", at: "decimal(s)",
      "decimal takes 2 to 3 arguments, not 1; write decimal(s, 2) (expr.argument)"),
    Mistake(
      "decimal(s, 20)", at: "decimal(s, 20)",
      "argument 2 of decimal must be at most 18 digits, not fewer than the decimal places (expr.argument)"
    ),
    Mistake("1 / 0", at: "1 / 0", "1 / 0 fails for every record (expr.div_zero) (expr.constant)"),
    Mistake(
      "i = int('x')", at: "int('x')", "int('x') fails for every record (cast.int) (expr.constant)"),
    Mistake(
      "d * 0.12345678901234567", at: "0.12345678901234567",
      "the result would have 19 decimal places, at most 18 fit; write round(0.12345678901234567, 16) (expr.type)"
    ),
  ])
  private func `of calls says what the function takes`(mistake: Mistake) {
    let found = diagnostic(mistake.expression)
    #expect(found?.description == mistake.text)
    #expect(found.map { place($0, in: mistake.expression) } == mistake.place)
  }

  @Test(arguments: [
    String(repeating: "(", count: 50_000), String(repeating: "not ", count: 15_000),
    String(repeating: "-", count: 60_000), String(repeating: "1+", count: 30_000) + "1",
    String(repeating: "case when b then ", count: 3_000), String(repeating: "abs(", count: 16_000),
  ])
  func `of nesting too deep does not exhaust the stack`(text: String) {
    #expect(diagnostic(text)?.facts == .tooDeep(limit: 100))
  }

  @Test func `is not made of a long flat list`() {
    let text = (0..<2_000).map { "i = \($0)" }.joined(separator: " or ")
    #expect(diagnostic(text) == nil)
  }

  @Test func `is never a text of more than 64 KiB`() {
    #expect(
      diagnostic(String(repeating: " ", count: 65_537))?.description
        == "longer than 65536 bytes (expr.limit)")
  }

  @Test func `counts its place in bytes`() {
    #expect(diagnostic("'Köln' = x")?.span == 10..<11)
  }

  @Test func `is a result of another type than needed`() throws {
    let tree = try ExpressionTree.parse("s")
    #expect(
      throws: ExpressionDiagnostic(
        .type, 0..<1, .resultType(expected: .boolean, found: .text),
        suggestion: "bool(s)")
    ) {
      try tree.typed(in: Rows.scope, as: .boolean)
    }
  }

  private func place(_ found: ExpressionDiagnostic, in text: String) -> String {
    String(decoding: Array(text.utf8)[found.span], as: UTF8.self)
  }
}

@Suite struct `A parsed expression` {
  @Test func `knows the names it uses`() throws {
    let tree = try ExpressionTree.parse(
      "a.b + \"Column Name\" * abs(x) > var.limit and not y in (z)")
    #expect(tree.columnNames == ["a.b", "Column Name", "x", "var.limit", "y", "z"])
  }

  @Test func `splits a call for the languages around it`() throws {
    let call = try #require(try ExpressionTree.parse("Quantile(r, 0.95)").call)
    #expect(call.name == "quantile")
    #expect(call.arguments.count == 2)
    #expect(try call.arguments[0].typed(in: Rows.scope).type == .real)
  }

  @Test(arguments: [
    "case when b then i else 0 end", "i + 2 * r", "(i + 2) * 3", "t like 'a%' and s <> 'it''s'",
    "coalesce(d, 0.00)", "date_trunc('month', day)", "i in (1, 2)", "i between 1 and 2 or c",
    "case i when 1 then 'a' else 'b' end", "try(i / 0, 0)", "not b", "-i", "decimal(s, 18, 2)",
  ])
  func `is written again so that it means the same`(text: String) throws {
    let first = try ExpressionTree.parse(text).typed(in: Rows.scope)
    let again = try ExpressionTree.parse(first.description).typed(in: Rows.scope)
    #expect(again.description == first.description)
    #expect(again.type == first.type)
  }

  @Test func `has a value of its own if it reads no record`() throws {
    let constant = try ExpressionTree.parse("date(var.first_day)").typed(in: Rows.scope)
    #expect(ExpressionProgram(constant).evaluateConstant() == .date(18_283))
    let column = try ExpressionTree.parse("i + 1").typed(in: Rows.scope)
    #expect(ExpressionProgram(column).evaluateConstant() == nil)
  }
}

@Suite struct `A check limit` {
  @Test(arguments: [
    ("failures > 10", CheckLimit(comparison: .greater, number: 10, isPercent: false)),
    ("failures > 0.5%", CheckLimit(comparison: .greater, number: 0.5, isPercent: true)),
    ("FAILURES >= 3", CheckLimit(comparison: .greaterOrEqual, number: 3, isPercent: false)),
  ])
  func `reads a comparison and a number`(text: String, limit: CheckLimit) throws {
    #expect(try CheckLimit.parse(text) == limit)
  }

  @Test(arguments: [
    ("failure > 1", "found \"failure\" where \"failures\" should be; write failures (expr.syntax)"),
    ("failures 1", "found \"1\" where a comparison should be (expr.syntax)"),
    ("failures >", "found the end where a number should be (expr.syntax)"),
    ("failures > 1 % 2", "found \"2\" where the end should be (expr.syntax)"),
    ("", "found the end where \"failures\" should be; write failures (expr.syntax)"),
  ])
  func `says what it found instead`(text: String, message: String) {
    do throws(ExpressionDiagnostic) {
      _ = try CheckLimit.parse(text)
      Issue.record("no mistake found")
    } catch {
      #expect(error.description == message)
    }
  }

  @Test func `counts percent of the rows checked`() throws {
    let limit = try CheckLimit.parse("failures > 0.5%")
    #expect(!limit.isMet(failures: 5, of: 1_000))
    #expect(limit.isMet(failures: 6, of: 1_000))
    #expect(!limit.isMet(failures: 0, of: 0))
  }
}

@Suite struct `The table of functions` {
  @Test func `shows how each one is called`() {
    let shown = ExpressionFunction.all.filter { ["substr", "coalesce", "pi"].contains($0.name) }
    #expect(
      shown.map(\.signature) == [
        "substr(text: text, start: int[, count: int]) → text",
        "coalesce(value: any, other: any, …) → same",
      ])
  }

  @Test func `has one sentence of help for each`() {
    for function in ExpressionFunction.all {
      #expect(function.help.hasSuffix("."), "\(function.name)")
      #expect(function.help.count <= 80, "\(function.name)")
    }
  }
}
