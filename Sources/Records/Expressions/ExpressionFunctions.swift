// The table of functions: what the type checker accepts and what `explain` prints.

/// One function of the language.
public struct ExpressionFunction: Sendable {
  /// The name, in lower case.
  public let name: String
  /// Other names of the same function.
  public let aliases: [String]
  /// One line of help.
  public let help: String

  enum Kind: String {
    case text, int, number, bool, time = "date|timestamp", instant = "timestamp", any
  }

  struct Parameter: Sendable {
    var name: String
    var kind: Kind
    var isOptional = false
    var isRepeated = false
    var isConstant = false
  }

  enum Result {
    case type(ValueType)
    /// The type of the first argument.
    case first
    /// The type of the last argument.
    case last
    /// The type that all arguments fit into.
    case common
    /// The first argument's type with fewer decimal places.
    case rounded
    /// Told by the arguments; see the type checker.
    case own(String)
  }

  enum Meaning {
    case scalar(ScalarFunction)
    case coalesce, nullIf, choose, attempt, concat, remainder
    case matches(isWhole: Bool)
    case prepared(Prepared)
    case convert(ValueType)
  }

  /// The functions whose constants are read once.
  enum Prepared { case extract, substitute, parse, write, atZone, fromZone }

  let parameters: [Parameter]
  let result: Result
  let meaning: Meaning

  /// The name with its parameters and result: `substr(text: text, start: int[, count: int]) → text`.
  public var signature: String {
    var text = "\(name)("
    for (index, parameter) in parameters.enumerated() {
      let separator = index == 0 ? "" : ", "
      let more = parameter.isRepeated ? ", …" : ""
      let part = "\(separator)\(parameter.name): \(parameter.kind.rawValue)\(more)"
      text += parameter.isOptional ? "[\(part)]" : part
    }
    return "\(text)) → \(resultName)"
  }

  private var resultName: String {
    switch result {
    case .type(let type): type.name
    case .first, .last, .common, .rounded: "same"
    case .own(let name): name
    }
  }

  /// How many arguments it takes, in words.
  var argumentCountText: String {
    let needed = parameters.filter { !$0.isOptional }.count
    if parameters.last?.isRepeated == true { return "at least \(counted(needed))" }
    if needed == parameters.count { return counted(needed) }
    return "\(needed) to \(counted(parameters.count))"
  }

  func accepts(_ count: Int) -> Bool {
    let needed = parameters.filter { !$0.isOptional }.count
    return count >= needed && (count <= parameters.count || parameters.last?.isRepeated == true)
  }

  private func counted(_ count: Int) -> String {
    "\(count) argument\(count == 1 ? "" : "s")"
  }

  /// Looks a function up by its name in lower case.
  static func named(_ name: String) -> ExpressionFunction? { byName[name] }

  static var names: [String] { Array(byName.keys) }

  private static let byName: [String: ExpressionFunction] = {
    var table: [String: ExpressionFunction] = [:]
    for function in all {
      for name in [function.name] + function.aliases { table[name] = function }
    }
    return table
  }()

  private init(
    _ name: String, aliases: [String] = [], _ parameters: [Parameter], _ result: Result,
    _ meaning: Meaning, _ help: String
  ) {
    self.name = name
    self.aliases = aliases
    self.parameters = parameters
    self.result = result
    self.meaning = meaning
    self.help = help
  }

  /// All functions, by theme.
  public static let all: [ExpressionFunction] =
    textFunctions + numberFunctions + nullFunctions + conversions + dateFunctions
}

private typealias Parameter = ExpressionFunction.Parameter

private func text(_ name: String = "text") -> Parameter { Parameter(name: name, kind: .text) }
private func int(_ name: String) -> Parameter { Parameter(name: name, kind: .int) }
private func number(_ name: String = "number") -> Parameter {
  Parameter(name: name, kind: .number)
}
private func instant(_ name: String = "when") -> Parameter {
  Parameter(name: name, kind: .instant)
}
private func time(_ name: String = "when") -> Parameter { Parameter(name: name, kind: .time) }
private func any(_ name: String = "value") -> Parameter { Parameter(name: name, kind: .any) }
private func fixed(_ parameter: Parameter) -> Parameter {
  var parameter = parameter
  parameter.isConstant = true
  return parameter
}
private func optional(_ parameter: Parameter) -> Parameter {
  var parameter = parameter
  parameter.isOptional = true
  return parameter
}
private func many(_ parameter: Parameter) -> Parameter {
  var parameter = parameter
  parameter.isRepeated = true
  return parameter
}

extension ExpressionFunction {
  private static let textFunctions = [
    Self("lower", [text()], .type(.text), .scalar(.lower), "All letters in lower case."),
    Self("upper", [text()], .type(.text), .scalar(.upper), "All letters in upper case."),
    Self("trim", [text()], .type(.text), .scalar(.trim), "Without blanks at both ends."),
    Self("ltrim", [text()], .type(.text), .scalar(.ltrim), "Without blanks at the start."),
    Self("rtrim", [text()], .type(.text), .scalar(.rtrim), "Without blanks at the end."),
    Self(
      "length", [text()], .type(.integer), .scalar(.length),
      "How many letters, as people count them."),
    Self(
      "substr", aliases: ["substring"], [text(), int("start"), optional(int("count"))],
      .type(.text), .scalar(.substr), "Letters from a position; 1 is the first, -1 the last."),
    Self("left", [text(), int("count")], .type(.text), .scalar(.left), "The first letters."),
    Self("right", [text(), int("count")], .type(.text), .scalar(.right), "The last letters."),
    Self(
      "lpad", [text(), int("count"), optional(text("fill"))], .type(.text), .scalar(.lpad),
      "Filled at the start, or cut, to so many letters."),
    Self(
      "rpad", [text(), int("count"), optional(text("fill"))], .type(.text), .scalar(.rpad),
      "Filled at the end, or cut, to so many letters."),
    Self(
      "replace", [text(), text("from"), text("to")], .type(.text), .scalar(.replace),
      "Every occurrence of one text replaced by another."),
    Self(
      "split_part", [text(), text("separator"), int("number")], .type(.text),
      .scalar(.splitPart), "One part of a separated text; 1 is the first, -1 the last."),
    Self(
      "starts_with", [text(), text("part")], .type(.boolean), .scalar(.startsWith),
      "Whether a text starts with another."),
    Self(
      "ends_with", [text(), text("part")], .type(.boolean), .scalar(.endsWith),
      "Whether a text ends with another."),
    Self(
      "contains", [text(), text("part")], .type(.boolean), .scalar(.contains),
      "Whether a text contains another."),
    Self(
      "regexp_matches", [text(), fixed(text("pattern"))], .type(.boolean),
      .matches(isWhole: false), "Whether a regular expression fits a part of the text."),
    Self(
      "regexp_full_match", [text(), fixed(text("pattern"))], .type(.boolean),
      .matches(isWhole: true), "Whether a regular expression fits the whole text."),
    Self(
      "regexp_extract", [text(), fixed(text("pattern"))], .type(.text), .prepared(.extract),
      "The first part that a regular expression fits, the longest there; or null."),
    Self(
      "regexp_replace", [text(), fixed(text("pattern")), fixed(text("to"))], .type(.text),
      .prepared(.substitute), "Every part that a regular expression fits replaced by a text."),
    Self(
      "concat", [many(any())], .type(.text), .concat,
      "All values as one text; null counts as nothing."),
  ]

  private static let numberFunctions = [
    Self("abs", [number()], .first, .scalar(.abs), "Without its sign."),
    Self(
      "round", [number(), optional(fixed(int("places")))], .rounded, .scalar(.round),
      "To so many decimal places; halves go away from zero."),
    Self("floor", [number()], .rounded, .scalar(.floor), "The next whole number below."),
    Self(
      "ceil", aliases: ["ceiling"], [number()], .rounded, .scalar(.ceil),
      "The next whole number above."),
    Self("sign", [number()], .type(.integer), .scalar(.sign), "-1, 0 or 1."),
    Self("mod", [number(), number("divisor")], .common, .remainder, "The rest of a division."),
    Self(
      "least", aliases: ["min2"], [any(), many(any("other"))], .common, .scalar(.least),
      "The smallest value; null if one is null."),
    Self(
      "greatest", aliases: ["max2"], [any(), many(any("other"))], .common, .scalar(.greatest),
      "The largest value; null if one is null."),
  ]

  private static let nullFunctions = [
    Self(
      "coalesce", aliases: ["ifnull"], [any(), many(any("other"))], .common, .coalesce,
      "The first value that is not null."),
    Self("nullif", [any(), any("other")], .common, .nullIf, "Null if both values are equal."),
    Self(
      "iif", aliases: ["if"],
      [Parameter(name: "condition", kind: .bool), any("then"), any("else")], .common, .choose,
      "One value if a condition is true, another if not."),
    Self(
      "try", [any(), any("fallback")], .common, .attempt,
      "The value, or the fallback where it fails; counted."),
  ]

  private static let conversions = [
    Self("int", [any()], .type(.integer), .convert(.integer), "As a whole number; no fraction."),
    Self("real", [any()], .type(.real), .convert(.real), "As a binary floating-point number."),
    Self(
      "decimal", [any(), optional(fixed(int("precision"))), optional(fixed(int("scale")))],
      .own("decimal"), .convert(.decimal(precision: 18, scale: 0)),
      "As an exact number: decimal(x, scale) or decimal(x, precision, scale)."),
    Self("text", [any()], .type(.text), .convert(.text), "As text."),
    Self("date", [any()], .type(.date), .convert(.date), "As a date; text is yyyy-MM-dd."),
    Self(
      "timestamp", [any()], .type(.timestamp), .convert(.timestamp),
      "As an instant; text is yyyy-MM-dd HH:mm:ss."),
    Self("bool", [any()], .type(.boolean), .convert(.boolean), "As true or false."),
  ]

  private static let dateFunctions = [
    Self("year", [time()], .type(.integer), .scalar(.year), "The year."),
    Self("quarter", [time()], .type(.integer), .scalar(.quarter), "The quarter, 1 to 4."),
    Self("month", [time()], .type(.integer), .scalar(.month), "The month, 1 to 12."),
    Self("day", [time()], .type(.integer), .scalar(.day), "The day of the month."),
    Self("weekday", [time()], .type(.integer), .scalar(.weekday), "Monday is 1, Sunday 7."),
    Self("day_of_year", [time()], .type(.integer), .scalar(.dayOfYear), "1 January is 1."),
    Self("hour", [time()], .type(.integer), .scalar(.hour), "The hour, 0 to 23."),
    Self("minute", [time()], .type(.integer), .scalar(.minute), "The minute, 0 to 59."),
    Self("second", [time()], .type(.integer), .scalar(.second), "The second, 0 to 59."),
    Self("add_days", [time(), int("days")], .first, .scalar(.addDays), "So many days later."),
    Self(
      "add_months", [time(), int("months")], .first, .scalar(.addMonths),
      "So many months later, at most the month's last day."),
    Self(
      "date_diff", [time("end"), time("start")], .type(.integer), .scalar(.dateDiff),
      "Days from start to end."),
    Self(
      "date_trunc", [fixed(text("unit")), time()], .last, .scalar(.dateTrunc),
      "The start of the year, quarter, month, week, day, hour, minute or second."),
    Self(
      "at_zone", [instant(), fixed(text("zone"))], .type(.timestamp), .prepared(.atZone),
      "What the clocks of a zone such as Europe/Rome show at an instant."),
    Self(
      "from_zone", [instant("clock"), fixed(text("zone"))], .type(.timestamp),
      .prepared(.fromZone),
      "The instant when a zone's clocks show a time; of two the first."
    ),
    Self(
      "parse_date", [text(), fixed(text("pattern"))], .type(.date), .prepared(.parse),
      "A date that is written by a pattern such as dd/MM/yyyy."),
    Self(
      "parse_timestamp", [text(), fixed(text("pattern"))], .type(.timestamp), .prepared(.parse),
      "An instant that is written by a pattern such as d.M.yyyy HH:mm."),
    Self(
      "format_date", [instant(), fixed(text("pattern"))], .type(.text), .prepared(.write),
      "A date or an instant written by a pattern such as yyyy-MM."),
    Self(
      "make_date", [int("year"), int("month"), int("day")], .type(.date), .scalar(.makeDate),
      "A date from its parts."),
  ]
}
