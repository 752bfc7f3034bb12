// What expressions compute: a table of expressions, one row, and the result as a literal.

import Records
import Testing

private let row: [String: ExpressionConstant] = [
  "i": .integer(7), "j": .integer(0), "r": .real(2.5), "q": .real(0),
  "d": .decimal(units: 1_050, scale: 2), "t": .text("Grüße aus Köln"), "s": .text("LH-400-FRA"),
  "b": .boolean(true), "c": .boolean(false), "day": .date(18_283),
  "at": .timestamp(1_583_020_799_500_000),
]

private let empty: [String: ExpressionConstant] = ["s": .text("12x4")]

struct Case: Sendable, CustomTestStringConvertible {
  var expression: String
  var result: String
  init(_ expression: String, _ result: String) {
    (self.expression, self.result) = (expression, result)
  }
  var testDescription: String { expression }
}

@Suite struct `An expression` {
  @Test(arguments: [
    Case("1 + 2 * 3", "7"), Case("(1 + 2) * 3", "9"), Case("-i", "-7"), Case("- -i", "7"),
    Case("7 / 2", "3"), Case("-7 / 2", "-3"), Case("-7 % 4", "-3"), Case("i % 4", "3"),
    Case("7 / 2e0", "3.5"), Case("i + 0.5", "7.5"), Case("i * 1.10", "7.70"),
    Case("d + 1", "11.50"), Case("d * d", "110.2500"), Case("d / 3", "3.500000"),
    Case("d / 4.0", "2.625000"), Case("d % 4", "2.50"), Case("-d", "-10.50"),
    Case("r + d", "13e0"), Case("r * 2", "5e0"), Case("1.5 + 1e0", "2.5"),
    Case("-9223372036854775808", "-9223372036854775808"),
    Case("abs(-i)", "7"), Case("abs(-2.5)", "2.5"), Case("sign(-d)", "-1"), Case("sign(r)", "1"),
    Case("round(r)", "3e0"), Case("round(-2.5e0)", "-3e0"), Case("round(2.345, 2)", "2.35"),
    Case("round(d)", "11"), Case("round(i, 2)", "7"), Case("round(1.005e0, 1)", "1e0"),
    Case("floor(-r)", "-3e0"), Case("ceil(r)", "3e0"), Case("floor(-d)", "-11"),
    Case("ceil(d)", "11"), Case("least(i, 3, 9)", "3"), Case("greatest(i, 3.5)", "7.0"),
    Case("max2('a', 'b')", "'b'"), Case("min2(date '2020-01-01', day)", "date '2020-01-01'"),
    Case("mod(i, 4)", "3"), Case("least(i, null)", "null"),
  ])
  func `computes numbers`(test: Case) throws {
    #expect(try outcomes(test.expression, [row]).map(\.description) == [test.result])
  }

  @Test(arguments: [
    Case("i = 7", "true"), Case("i <> 7", "false"), Case("i != 8", "true"), Case("i < 7", "false"),
    Case("i <= 7", "true"), Case("8 > i", "true"), Case("7.0 = i", "true"),
    Case("d >= 10.5", "true"),
    Case("r > 2", "true"), Case("s = 'LH-400-FRA'", "true"), Case("s < 'LI'", "true"),
    Case("day = date '2020-01-22'", "true"), Case("day < at", "true"),
    Case("day >= date(var.first_day)", "true"), Case("run.id = i", "true"),
    Case("i between 7 and 8", "true"), Case("i not between 7 and 8", "false"),
    Case("i between null and 6", "false"), Case("i between 7 and null", "null"),
    Case("i in (1, 7)", "true"), Case("i not in (1, 2)", "true"), Case("i in (1, null)", "null"),
    Case("i in (7, null)", "true"), Case("r in (2, 2.5)", "true"), Case("s in ('a', 'b')", "false"),
    Case("t like 'Gr%'", "true"), Case("t like '%Köln'", "true"), Case("t like 'Gr__e%'", "true"),
    Case("t like '%aus%ö_n'", "true"), Case("t not like '%x%'", "true"), Case("t like ''", "false"),
    Case("'2020-01-22' like var.first_day", "true"), Case("t like 'G' || '%'", "true"),
    Case("'50%' like '50!%' escape '!'", "true"), Case("'505' like '50!%' escape '!'", "false"),
    Case("t is null", "false"), Case("t is not null", "true"), Case("not b", "false"),
    Case("not b or i = 7 and c", "false"), Case("b and (c or i = 7)", "true"),
    Case("null and false", "false"), Case("null and true", "null"), Case("null or true", "true"),
    Case("NOT (i IS NULL)", "true"), Case("b = true", "true"),
  ])
  func `compares`(test: Case) throws {
    #expect(try outcomes(test.expression, [row]).map(\.description) == [test.result])
  }

  @Test(arguments: [
    Case("lower('ÄB')", "'äb'"), Case("upper(t)", "'GRÜSSE AUS KÖLN'"), Case("upper('ab')", "'AB'"),
    Case("trim('  a b\t')", "'a b'"), Case("ltrim(' a ')", "'a '"), Case("rtrim(' a ')", "' a'"),
    Case("length(t)", "14"), Case("substr(t, 3, 2)", "'üß'"), Case("substr(s, -3)", "'FRA'"),
    Case("substr(s, 0, 3)", "'LH'"), Case("substr(s, 4, -1)", "''"), Case("substr(s, 99)", "''"),
    Case("left(t, 3)", "'Grü'"), Case("right(t, 4)", "'Köln'"), Case("left(s, -1)", "''"),
    Case("lpad('7', 3, '0')", "'007'"), Case("lpad('1234', 3)", "'123'"),
    Case("rpad('ä', 3, 'öx')", "'äöx'"),
    Case("replace(s, '-', '')", "'LH400FRA'"), Case("replace(s, '-', ' - ')", "'LH - 400 - FRA'"),
    Case("split_part(s, '-', 2)", "'400'"), Case("split_part(s, '-', -1)", "'FRA'"),
    Case("split_part(s, '-', 4)", "''"), Case("split_part(s, '-', -4)", "''"),
    Case("starts_with(s, 'LH')", "true"), Case("regexp_matches(s, '[0-9]+')", "true"),
    Case("regexp_full_match(s, '[0-9]+')", "false"),
    Case("regexp_full_match(s, '[A-Z]+-[0-9]{3}-[A-Z]+')", "true"),
    Case("ends_with(s, 'FRA')", "true"),
    Case("contains(s, '40')", "true"), Case("contains(s, '41')", "false"),
    Case("s || ':' || text(i)", "'LH-400-FRA:7'"), Case("'it''s ' || 'it'", "'it''s it'"),
    Case("concat(s, null, i, d)", "'LH-400-FRA710.50'"), Case("least(s, 'A')", "'A'"),
    Case("case s when 'x' then 1 when 'LH-400-FRA' then 2 end", "2"),
    Case("case when i > 8 then 'big' when i > 6 then 'mid' else 'small' end", "'mid'"),
    Case("case when c then 1 end", "null"), Case("iif(b, 'yes', 'no')", "'yes'"),
    Case("if(c, 1, 2.5)", "2.5"), Case("coalesce(null, i, 3)", "7"), Case("nullif(i, 7)", "null"),
    Case("nullif(i, 8)", "7"), Case("ifnull(t, 'none')", "'Grüße aus Köln'"),
  ])
  func `computes texts and chooses`(test: Case) throws {
    #expect(try outcomes(test.expression, [row]).map(\.description) == [test.result])
  }

  @Test(arguments: [
    Case("length('e\u{301}a')", "2"), Case("length('🇩🇪👨‍👩‍👧')", "2"), Case("length('a\r\nb')", "3"),
    Case("left('e\u{301}a', 1)", "'e\u{301}'"), Case("right('x🇩🇪', 1)", "'🇩🇪'"),
    Case("substr('a👨‍👩‍👧b', 2, 1)", "'👨‍👩‍👧'"), Case("substr('🇩🇪🇫🇷', -1)", "'🇫🇷'"),
    Case("lpad('7', 3, '🇩🇪x')", "'🇩🇪x7'"), Case("rpad('e\u{301}', 2, '.')", "'e\u{301}.'"),
  ])
  func `counts letters as people do`(test: Case) throws {
    #expect(try outcomes(test.expression, [row]).map(\.description) == [test.result])
  }

  @Test(arguments: [
    Case("regexp_extract(s, '[0-9]+')", "'400'"), Case("regexp_extract(s, '[0-9]$')", "null"),
    Case("regexp_extract(t, 'ü.e')", "'üße'"), Case("regexp_extract(s, 'x*')", "''"),
    Case("regexp_extract(null, 'x')", "null"), Case("regexp_extract(s, null)", "null"),
    Case("regexp_replace(s, '[A-Z]+', '*')", "'*-400-*'"),
    Case("regexp_replace(t, ' +', '')", "'GrüßeausKöln'"),
    Case("regexp_replace(s, 'q', 'r')", "'LH-400-FRA'"),
    Case("regexp_replace('äb', 'x*', '-')", "'-ä-b-'"), Case("regexp_replace('', '^', 'a')", "'a'"),
    Case("parse_date('5.3.21', 'd.M.yy')", "date '2021-03-05'"),
    Case("parse_date('05 Mar 2021', 'dd MMM yyyy')", "date '2021-03-05'"),
    Case("parse_timestamp('5/3/2021 07:08', 'd/M/yyyy HH:mm')", "timestamp '2021-03-05 07:08:00'"),
    Case("parse_timestamp('2021-03-05', 'yyyy-MM-dd')", "timestamp '2021-03-05 00:00:00'"),
    Case("try(parse_date(s, 'yyyy-MM-dd'), day)", "date '2020-01-22'"),
    Case("format_date(day, 'd.M.yyyy')", "'22.1.2020'"),
    Case("format_date(day, 'yyyy-MM')", "'2020-01'"),
    Case("format_date(at, 'yy MMM dd HH:mm:ss.SSS')", "'20 Feb 29 23:59:59.500'"),
    Case("format_date(at, 'HH''h''')", "'23h'"),
    Case("at_zone(at, 'Europe/Berlin')", "timestamp '2020-03-01 00:59:59.500000'"),
    Case("date(at_zone(at, 'Asia/Tokyo'))", "date '2020-03-01'"),
    Case(
      "from_zone(timestamp '2021-07-01 12:00:00', 'America/New_York')",
      "timestamp '2021-07-01 16:00:00'"),
    Case("from_zone(day, 'UTC')", "timestamp '2020-01-22 00:00:00'"),
  ])
  func `reads patterns and zones once`(test: Case) throws {
    #expect(try outcomes(test.expression, [row]).map(\.description) == [test.result])
  }

  @Test(arguments: [
    Case("year(day)", "2020"), Case("month(day)", "1"), Case("day(day)", "22"),
    Case("quarter(at)", "1"), Case("weekday(day)", "3"), Case("day_of_year(at)", "60"),
    Case("hour(at)", "23"), Case("minute(at)", "59"), Case("second(at)", "59"),
    Case("add_days(day, -22)", "date '2019-12-31'"),
    Case("add_months(date '2020-01-31', 1)", "date '2020-02-29'"),
    Case("add_months(at, -12)", "timestamp '2019-02-28 23:59:59.500000'"),
    Case("date_diff(day, date '2020-01-01')", "21"),
    Case("date_trunc('month', day)", "date '2020-01-01'"),
    Case("date_trunc('week', day)", "date '2020-01-20'"),
    Case("date_trunc('quarter', date '2020-12-31')", "date '2020-10-01'"),
    Case("date_trunc('hour', at)", "timestamp '2020-02-29 23:00:00'"),
    Case("make_date(2024, 2, 29)", "date '2024-02-29'"), Case("date(at)", "date '2020-02-29'"),
    Case("timestamp(day)", "timestamp '2020-01-22 00:00:00'"),
    Case("timestamp '2020-01-01T00:30:00+01:00'", "timestamp '2019-12-31 23:30:00'"),
    Case("date '0001-01-01'", "date '0001-01-01'"), Case("date '9999-12-31'", "date '9999-12-31'"),
    Case("int('-12')", "-12"), Case("int(-2.7)", "-2"), Case("int(true)", "1"),
    Case("real('1e3')", "1000e0"), Case("decimal('1.50', 2)", "1.50"),
    Case("decimal(2.345e0, 2)", "2.35"), Case("decimal(i, 6, 2)", "7.00"),
    Case("text(r)", "'2.5'"), Case("text(d)", "'10.50'"), Case("text(-0.05)", "'-0.05'"),
    Case("text(day)", "'2020-01-22'"), Case("bool('Yes')", "true"), Case("bool(0)", "false"),
    Case("text(b)", "'true'"), Case("text(-9223372036854775808)", "'-9223372036854775808'"),
    Case("try(int(s), -1)", "-1"), Case("try(i / j, null)", "null"), Case("try(i, 0)", "7"),
  ])
  func `computes dates and converts`(test: Case) throws {
    #expect(try outcomes(test.expression, [row]).map(\.description) == [test.result])
  }

  @Test(arguments: [
    "i + 1", "-i", "i = 1", "t || 'x'", "upper(t)", "not b", "year(day)", "r * 2", "d / 2",
    "i in (1)",
    "t like '%'", "int(t)", "abs(i)", "i between 1 and 2", "add_days(day, 1)", "t = 'x'",
    "i > 0 and b",
    "nullif(i, 1)", "coalesce(i, null)", "regexp_extract(t, 'a')", "regexp_replace(t, 'a', '')",
    "parse_date(t, 'yyyy-MM-dd')", "format_date(day, 'yyyy')", "at_zone(at, 'Europe/Rome')",
    "try(i, null)", "least(t, s)", "replace(t, 'a', 'b')",
  ])
  func `is null where an operand is`(expression: String) throws {
    #expect(try outcomes(expression, [empty]).map(\.description) == ["null"])
  }

  @Test(arguments: [
    "year(day)", "weekday(day)", "date_trunc('quarter', day)", "date_trunc('week', at)", "text(at)",
    "add_days(day, i)", "add_months(at, i)", "date_diff(day, at)", "timestamp(day)", "hour(at)",
    "abs(d)", "ceil(d)", "round(d, 1)", "d * d", "-d", "int(d)", "i / j", "i % j", "text(d)",
    "make_date(i, j, i)", "substr(s, i, j)", "left(s, i)", "lpad(s, j)", "split_part(s, 'a', i)",
    "day_of_year(day)", "date_trunc('hour', at)", "date_trunc('year', at)", "int(r)",
    "format_date(at, 'yyyy-MM-dd')", "at_zone(at, 'Europe/Rome')", "from_zone(at, 'Europe/Rome')",
    "round(r, 3)",
    "decimal(r, 6)", "r > q or r = q",
  ])
  func `never traps whatever the columns hold`(expression: String) throws {
    for number in [Int64.min, .min + 1, -1, 0, .max - 1, .max] {
      let wild: [String: ExpressionConstant] = [
        "i": .integer(number), "j": .integer(number), "day": .date(number),
        "at": .timestamp(number), "d": .decimal(units: number, scale: 2), "s": .text("aä"),
        "r": .real(number < 0 ? .nan : .infinity), "q": .real(.nan),
      ]
      #expect(try outcomes(expression, [wild]).count == 1)
    }
  }

  @Test(arguments: [
    Case("i / j", "expr.div_zero i / j [7 / 0]"), Case("i % j", "expr.div_zero i % j [7 % 0]"),
    Case("r / q", "expr.div_zero r / q [2.5 / 0.0]"),
    Case("d / j", "expr.div_zero d / j [10.50 / 0]"),
    Case(
      "9223372036854775807 + i",
      "expr.overflow 9223372036854775807 + i [9223372036854775807 + 7] in i"),
    Case(
      "-(i - 9223372036854775807 - 8)",
      "expr.overflow -((i - 9223372036854775807) - 8) [-9223372036854775808] in i"),
    Case("r * 1e308", "expr.overflow r * 1e+308 [2.5 * 1e+308] in r"),
    Case(
      "d * 99999999999999999",
      "expr.overflow d * 99999999999999999 [10.50 * 99999999999999999] in d"),
    Case("int(s)", "cast.int int(s) [LH-400-FRA] in s"),
    Case("real(s)", "cast.real real(s) [LH-400-FRA] in s"),
    Case("date(s)", "cast.date date(s) [LH-400-FRA] in s"),
    Case("bool(i)", "cast.bool bool(i) [7] in i"),
    Case("decimal(s, 2)", "cast.decimal decimal(s, 18, 2) [LH-400-FRA] in s"),
    Case("timestamp(s)", "cast.timestamp timestamp(s) [LH-400-FRA] in s"),
    Case("int(r * 1e300)", "cast.int int(r * 1e+300) [2.5e+300] in r"),
    Case(
      "parse_date(s, 'yyyy-MM-dd')", "cast.date parse_date(s, 'yyyy-MM-dd') [LH-400-FRA] in s"),
    Case("make_date(i, 2, 30)", "cast.date make_date(i, 2, 30) [7, 2, 30] in i"),
    Case(
      "add_days(day, 9999999)", "expr.overflow add_days(day, 9999999) [2020-01-22, 9999999] in day"),
    Case("lpad(s, 9999999)", "expr.overflow lpad(s, 9999999) [LH-400-FRA, 9999999] in s"),
    Case("i / j > 1 and false", "expr.div_zero i / j [7 / 0]"),
  ])
  func `fails the record with what happened`(test: Case) throws {
    #expect(try outcomes(test.expression, [row]).map(\.description) == [test.result])
  }

  @Test(arguments: [
    Case("case when j = 0 then 0 else i / j end", "0"), Case("j <> 0 and i / j > 1", "false"),
    Case("j = 0 or i / j > 1", "true"), Case("coalesce(i, i / j)", "7"),
    Case("iif(j = 0, 0, i % j)", "0"), Case("case j when 0 then -1 else i / j end", "-1"),
    Case("try(i / j, coalesce(1, i / j))", "1"), Case("case when true then 1 else 1 / 0 end", "1"),
    Case("false and 1 / 0 = 1", "false"), Case("try(1 / 0, 5)", "5"),
    Case("try(int(s), try(int(t), 3))", "3"),
  ])
  func `never fails for a branch that is not taken`(test: Case) throws {
    #expect(try outcomes(test.expression, [row]).map(\.description) == [test.result])
  }
}
