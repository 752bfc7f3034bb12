// The words for bad records, letter by letter.

import ETLKit
import Records
import Testing

@Suite struct `The words for a fault` {
  struct Case: Sendable, CustomTestStringConvertible {
    var fault: RecordFault
    var sentence: String
    var cause: String
    var testDescription: String { sentence }

    init(
      _ code: RecordFault.Code, _ column: String? = nil, _ value: String? = nil,
      rule: String? = nil, position: Int? = nil, says sentence: String, cause: String
    ) {
      fault = RecordFault(
        code: code, column: column, position: position, value: value, rule: rule)
      self.sentence = sentence
      self.cause = cause
    }
  }

  static let cases = [
    Case(
      .castInt, "cases", "12.5", says: #"cases is "12.5", not a whole number"#,
      cause: "cases is not a whole number"),
    Case(
      .castReal, "lat", "n/a", says: #"lat is "n/a", not a number"#,
      cause: "lat is not a number"),
    Case(
      .castDecimal, "price", "1.234", rule: "decimal(12,2)",
      says: #"price is "1.234", not a number that fits decimal(12,2)"#,
      cause: "price is not a number that fits decimal(12,2)"),
    Case(
      .castDate, "date", "2020-02-30", rule: "yyyy-MM-dd",
      says: #"date is "2020-02-30", not a date like yyyy-MM-dd"#,
      cause: "date is not a date like yyyy-MM-dd"),
    Case(
      .castTimestamp, "at", "noon", rule: "yyyy-MM-dd HH:mm",
      says: #"at is "noon", not a time like yyyy-MM-dd HH:mm"#,
      cause: "at is not a time like yyyy-MM-dd HH:mm"),
    Case(
      .castBool, "open", "maybe", says: #"open is "maybe", not true or false"#,
      cause: "open is not true or false"),
    Case(
      .castRange, "cases", "-4", rule: "min 0", says: #"cases is "-4", less than 0"#,
      cause: "cases is less than 0"),
    Case(
      .castRange, "share", "101", rule: "max 100", says: #"share is "101", more than 100"#,
      cause: "share is more than 100"),
    Case(
      .castPattern, "iso", "usa", rule: "[A-Z]{3}", says: #"iso is "usa", not like [A-Z]{3}"#,
      cause: "iso is not like [A-Z]{3}"),
    Case(
      .castRequired, "date", says: "date is empty, but required",
      cause: "date is empty, but required"),
    Case(
      .parseFieldsMissing, nil, "3", rule: "4 fields", says: "3 fields found, 4 expected",
      cause: "fewer than 4 fields"),
    Case(
      .parseFieldsMissing, nil, "1", rule: "4 fields", says: "1 field found, 4 expected",
      cause: "fewer than 4 fields"),
    Case(
      .parseFieldsExtra, nil, "6", rule: "4 fields", says: "6 fields found, 4 expected",
      cause: "more than 4 fields"),
    Case(
      .parseQuote, "name", says: "a quote in name is not closed, or followed by other text",
      cause: "a quote in name is not closed, or followed by other text"),
    Case(
      .parseEncoding, position: 3, says: "field 3 holds bytes that are not UTF-8",
      cause: "field 3 holds bytes that are not UTF-8"),
    Case(
      .parseTooLong, rule: "16777216 bytes",
      says: "the record is too long, at most 16777216 bytes",
      cause: "the record is too long, at most 16777216 bytes"),
    Case(
      .exprDivZero, "ratio", says: "ratio: division by zero", cause: "ratio: division by zero"),
    Case(
      .exprOverflow, "total", rule: "int", says: "total: the result is too large (int)",
      cause: "total: the result is too large (int)"),
    Case(
      .exprType, "day", "x", says: #"day: "x" does not fit"#,
      cause: "day: the value does not fit"),
    Case(
      .joinUnmatched, "date", "2023-03-10", rule: "jhu",
      says: "no partner in jhu for date 2023-03-10", cause: "no partner in jhu for date"),
    Case(
      .lookupMissing, "dest", "BQN", rule: "airports", says: "no entry in airports for dest BQN",
      cause: "no entry in airports for dest"),
    Case(
      .joinCardinality, "date", "2023-03-10", rule: "jhu",
      says: "more than one partner in jhu for date 2023-03-10",
      cause: "more than one partner in jhu for date"),
    Case(
      .pivotUnknown, "kind", "c", rule: "wide",
      says: #"kind is "c", not one of the columns of wide"#,
      cause: "kind is not one of the columns of wide"),
    Case(
      .checkRow, "cases", "5", rule: "rising", says: #"check rising does not hold: cases is "5""#,
      cause: "check rising does not hold"),
    Case(
      .loadUnique, "date", "2020-01-21", says: #"another row has the same date, "2020-01-21""#,
      cause: "another row has the same date"),
    Case(
      .loadNotNull, "deaths", says: "deaths is null, but the table needs a value",
      cause: "deaths is null, but the table needs a value"),
    Case(
      .loadCheck, "cases", "-1", rule: "cases>=0",
      says: #"the table refuses the row (cases>=0): cases is "-1""#,
      cause: "the table refuses the row (cases>=0)"),
  ]

  @Test(arguments: cases)
  func `say what was found and what was expected`(_ one: Case) {
    #expect(FaultText.sentence(one.fault) == one.sentence)
    #expect(FaultText.cause(one.fault) == one.cause)
  }

  @Test(arguments: RecordFault.Code.allCases)
  func `exist for every code, with nothing but the code known`(code: RecordFault.Code) {
    #expect(!FaultText.sentence(RecordFault(code: code)).isEmpty)
  }

  @Test func `name the value with its column`() {
    #expect(FaultText.value(RecordFault(code: .castInt, column: "cases", value: "x")) == "cases=x")
    #expect(FaultText.value(RecordFault(code: .castRequired, column: "cases")) == "cases=")
    #expect(FaultText.value(RecordFault(code: .parseFieldsMissing, value: "3")) == "3")
  }
}
