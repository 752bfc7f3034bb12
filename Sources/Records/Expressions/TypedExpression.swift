// The typed tree: every node has one type, every conversion is a node. Any back end can walk it.

/// An expression with its types known.
public struct TypedExpression: Hashable, Sendable {
  /// What a node is.
  public indirect enum Form: Hashable, Sendable {
    case constant(ExpressionConstant)
    case column(Int, name: String)
    case operation(ExpressionOperation, [TypedExpression])
  }

  /// The type of the value.
  public var type: ValueType
  /// Whether the value can be null.
  public var isNullable: Bool
  /// What the node is.
  public var form: Form
  /// The text it came from, in UTF-8 offsets.
  public var span: Range<Int>

  /// Makes a node.
  public init(type: ValueType, isNullable: Bool, form: Form, span: Range<Int>) {
    self.type = type
    self.isNullable = isNullable
    self.form = form
    self.span = span
  }
}

extension TypedExpression {
  /// The operands.
  public var arguments: [TypedExpression] {
    if case .operation(_, let arguments) = form { arguments } else { [] }
  }

  /// The value, if the node is a constant.
  public var constant: ExpressionConstant? {
    if case .constant(let value) = form { value } else { nil }
  }

  /// The columns that are read, by their index in the batch.
  public var columns: Set<Int> {
    if case .column(let index, _) = form { return [index] }
    return arguments.reduce(into: []) { $0.formUnion($1.columns) }
  }
}

/// What a node does with its operands.
///
/// Operands are evaluated from left to right. Unless told otherwise, the result is null if an operand is, and every operand is evaluated.
public enum ExpressionOperation: Hashable, Sendable {
  /// Stops at the first false operand.
  case and
  /// Stops at the first true operand.
  case or
  case not
  /// Both operands have the same type.
  case compare(Comparison)
  /// `[value, low, high]`.
  case between
  /// `[value, item, …]`.
  case isIn
  /// Never null.
  case isNull
  case like(LikePattern)
  case matches(BytePattern, isWhole: Bool)
  case negate, add, subtract, multiply, divide, remainder
  case concat
  /// `[when, then, …, else]`: the first branch whose condition is true; only that one is evaluated.
  case choose
  /// `[value, when, then, …, else]`: the first branch that equals the value.
  case match
  /// The first operand that is not null; later ones are not evaluated.
  case coalesce
  /// The first operand, or null if both are equal.
  case nullIf
  /// The first operand, or the second if the first fails.
  case attempt
  /// The operand as the node's type.
  case convert
  case call(ScalarFunction)
  /// `[value]`: a function whose other operands were constants.
  case prepared(PreparedFunction)

  /// The comparisons.
  public enum Comparison: String, Sendable {
    case equal = "="
    case notEqual = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }
}

/// The functions that are no more than functions: operands in, value out.
public enum ScalarFunction: String, Sendable {
  case lower, upper, trim, ltrim, rtrim, length, substr, replace
  case startsWith = "starts_with"
  case endsWith = "ends_with"
  case contains, left, right, lpad, rpad
  case splitPart = "split_part"
  case abs, round, floor, ceil, sign, least, greatest
  case year, quarter, month, day, weekday
  case dayOfYear = "day_of_year"
  case hour, minute, second
  case addDays = "add_days"
  case addMonths = "add_months"
  case dateDiff = "date_diff"
  case dateTrunc = "date_trunc"
  case makeDate = "make_date"
}

extension TypedExpression: CustomStringConvertible {
  /// The expression as text again, with conversions left out where they lose nothing.
  public var description: String {
    switch form {
    case .constant(let value): value.literal
    case .column(_, let name): name
    case .operation(let operation, let arguments): text(of: operation, arguments)
    }
  }

  private func text(of operation: ExpressionOperation, _ arguments: [TypedExpression]) -> String {
    let operands = arguments.map(\.operandText)
    switch operation {
    case .and: return operands.joined(separator: " and ")
    case .or: return operands.joined(separator: " or ")
    case .not: return "not \(operands[0])"
    case .compare(let comparison): return operands.joined(separator: " \(comparison.rawValue) ")
    case .between: return "\(operands[0]) between \(operands[1]) and \(operands[2])"
    case .isIn: return "\(operands[0]) in (\(list(arguments.dropFirst())))"
    case .isNull: return "\(operands[0]) is null"
    case .like(let pattern): return "\(operands[0]) like \(pattern)"
    case .matches(let pattern, let isWhole):
      let name = isWhole ? "regexp_full_match" : "regexp_matches"
      return "\(name)(\(arguments[0]), \(quoted(pattern.text)))"
    case .negate: return "-\(operands[0])"
    case .add: return operands.joined(separator: " + ")
    case .subtract: return operands.joined(separator: " - ")
    case .multiply: return operands.joined(separator: " * ")
    case .divide: return operands.joined(separator: " / ")
    case .remainder: return operands.joined(separator: " % ")
    case .concat: return operands.joined(separator: " || ")
    case .choose: return "case\(branches(arguments[...])) end"
    case .match: return "case \(operands[0])\(branches(arguments.dropFirst())) end"
    case .coalesce: return "coalesce(\(list(arguments[...])))"
    case .nullIf: return "nullif(\(list(arguments[...])))"
    case .attempt: return "try(\(list(arguments[...])))"
    case .convert: return conversionText(arguments[0])
    case .call(let function): return "\(function.rawValue)(\(list(arguments[...])))"
    case .prepared(let function): return function.text(of: "\(arguments[0])", as: type)
    }
  }

  private func list(_ items: ArraySlice<TypedExpression>) -> String {
    items.map(\.description).joined(separator: ", ")
  }

  private func branches(_ arguments: ArraySlice<TypedExpression>) -> String {
    var text = ""
    var rest = arguments
    while rest.count >= 2 {
      text += " when \(rest.removeFirst()) then \(rest.removeFirst())"
    }
    return rest.first.map { "\(text) else \($0)" } ?? text
  }

  private func conversionText(_ operand: TypedExpression) -> String {
    switch (operand.type, type) {
    case (.integer, .real), (.integer, .decimal), (.date, .timestamp), (.decimal, .real):
      operand.description
    case (_, .decimal(let precision, let scale)): "decimal(\(operand), \(precision), \(scale))"
    default: "\(type.name)(\(operand))"
    }
  }

  /// In parentheses, unless it is one word or a call.
  private var operandText: String {
    guard case .operation(let operation, let arguments) = form else { return description }
    switch operation {
    case .call, .prepared, .coalesce, .nullIf, .attempt, .choose, .match, .matches:
      return description
    case .convert:
      let inner = conversionText(arguments[0])
      return inner == arguments[0].description ? arguments[0].operandText : inner
    default: return "(\(description))"
    }
  }
}
