// The one place that turns the facts of a bad record into words, for the command line and the console alike.

public import Records

/// The words for a record's faults.
public enum FaultText {
  /// One fault in words, with the value found: `cases is "12.5", not a whole number`.
  public static func sentence(_ fault: RecordFault) -> String {
    words(fault, value: fault.value.map { "\"\($0)\"" })
  }

  /// What alike faults have in common, without a value: `cases is not a whole number`.
  public static func cause(_ fault: RecordFault) -> String {
    words(fault, value: nil)
  }

  /// The value to blame in a list: `cases=12.5`; the value alone if no column is to blame.
  public static func value(_ fault: RecordFault) -> String {
    switch (fault.column, fault.value) {
    case (let column?, let value?): "\(column)=\(value)"
    case (let column?, nil): "\(column)="
    case (nil, let value?): value
    case (nil, nil): ""
    }
  }

  private static func words(_ fault: RecordFault, value: String?) -> String {
    let column = fault.column ?? fault.position.map { "field \($0)" } ?? "the record"
    let rule = fault.rule
    func isNot(_ what: String) -> String {
      value.map { "\(column) is \($0), not \(what)" } ?? "\(column) is not \(what)"
    }
    switch fault.code {
    case .castText: return "\(column) is an object or array" + (value.map { ", \($0)" } ?? "")
    case .castInt: return isNot("a whole number")
    case .castReal: return isNot("a number")
    case .castDecimal: return isNot("a number" + (rule.map { " that fits \($0)" } ?? ""))
    case .castDate: return isNot("a date" + (rule.map { " like \($0)" } ?? ""))
    case .castTimestamp: return isNot("a time" + (rule.map { " like \($0)" } ?? ""))
    case .castBool: return isNot(rule.map { "one of \($0)" } ?? "true or false")
    case .castRange: return range(column, value, rule)
    case .castPattern: return isNot(rule.map { "like \($0)" } ?? "of the agreed form")
    case .castRequired: return "\(column) is empty, but required"
    case .parseFieldsMissing, .parseFieldsExtra: return fields(fault, hasValue: value != nil)
    case .parseQuote:
      return fault.rule ?? "a quote in \(column) is not closed, or followed by other text"
    case .parseEncoding: return "\(column) holds bytes that are not UTF-8"
    case .parseJSON:
      let isCut = fault.value?.isEmpty != false
      return "the line is not one JSON object" + (isCut ? "" : value.map { ", see \($0)" } ?? "")
    case .parseTooLong:
      return "the record is too long" + (rule.map { ", at most \($0)" } ?? "")
    case .exprOverflow: return "\(column): the result is too large" + because(rule)
    case .exprDivZero: return "\(column): division by zero" + because(rule)
    case .exprNull: return "\(column): no value where one is needed" + because(rule)
    case .exprType:
      return "\(column): " + (value.map { "\($0) does not fit" } ?? "the value does not fit")
        + because(rule)
    case .joinUnmatched: return "no partner" + keyed(fault, value, place: rule)
    case .lookupMissing: return "no entry" + keyed(fault, value, place: rule)
    case .joinCardinality: return "more than one partner" + keyed(fault, value, place: rule)
    case .dedupeConflict:
      return "records differ that should be one" + keyed(fault, value, place: nil)
    case .pivotUnknown:
      return isNot("one of the columns" + (rule.map { " of \($0)" } ?? ""))
    case .checkRow: return "check \(rule ?? column) does not hold" + found(fault, value)
    case .loadUnique: return "another row has the same \(column)" + (value.map { ", \($0)" } ?? "")
    case .loadNotNull: return "\(column) is null, but the table needs a value"
    case .loadCheck: return "the table refuses the row" + because(rule) + found(fault, value)
    case .loadForeignKey:
      return "the table that \(column) points to has no such row" + (value.map { ", \($0)" } ?? "")
    }
  }

  private static func range(_ column: String, _ value: String?, _ rule: String?) -> String {
    let start = value.map { "\(column) is \($0), " } ?? "\(column) is "
    let parts = (rule ?? "").split(separator: " ", maxSplits: 1)
    switch (parts.first, parts.count) {
    case ("min", 2): return start + "less than \(parts[1])"
    case ("max", 2): return start + "more than \(parts[1])"
    default: return start + "out of range" + (rule.map { " (\($0))" } ?? "")
    }
  }

  private static func fields(_ fault: RecordFault, hasValue: Bool) -> String {
    let expected = fault.rule?.prefix { $0.isNumber } ?? ""
    if hasValue, let found = fault.value, !found.isEmpty, found.allSatisfy(\.isNumber) {
      return "\(found) field\(found == "1" ? "" : "s") found"
        + (expected.isEmpty ? "" : ", \(expected) expected")
    }
    let amount = fault.code == .parseFieldsMissing ? "fewer" : "more"
    return expected.isEmpty ? "\(amount) fields than columns" : "\(amount) than \(expected) fields"
  }

  /// ` in jhu for date 2023-03-10`.
  private static func keyed(_ fault: RecordFault, _ value: String?, place: String?) -> String {
    (place.map { " in \($0)" } ?? "")
      + (fault.column.map { " for \($0)" + (value == nil ? "" : " \(fault.value ?? "")") } ?? "")
  }

  private static func because(_ rule: String?) -> String { rule.map { " (\($0))" } ?? "" }

  private static func found(_ fault: RecordFault, _ value: String?) -> String {
    guard let value else { return "" }
    return ": " + (fault.column.map { "\($0) is \(value)" } ?? value)
  }
}
