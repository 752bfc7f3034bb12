// The slow, obvious evaluator: one record at a time, one value at a time.
//
// It says why a record failed, it folds constants, and tests compare the fast program with it.
// If you change what an operation means, change both.

/// Evaluates a typed tree by walking it.
struct ExpressionReference {
  typealias Value = ExpressionConstant

  /// The longest text that an expression may make, in bytes.
  static let textLimit = 1 << 20

  /// The value of a column in the record at hand.
  var column: (Int) -> Value = { _ in .null }
  /// How often `try` took its fallback.
  var swallowed = 0

  init() {}

  init(column: @escaping (Int) -> Value) { self.column = column }

  func value(of node: TypedExpression) throws(ExpressionFailure) -> Value {
    var copy = self
    return try copy.evaluate(node)
  }

  mutating func evaluate(_ node: TypedExpression) throws(ExpressionFailure) -> Value {
    switch node.form {
    case .constant(let value): return value
    case .column(let index, _): return column(index)
    case .operation(let operation, let arguments):
      switch operation {
      case .and: return try logic(arguments, stop: false)
      case .or: return try logic(arguments, stop: true)
      case .choose: return try choose(arguments)
      case .match: return try match(arguments)
      case .coalesce:
        for argument in arguments {
          let value = try evaluate(argument)
          if value != .null { return value }
        }
        return .null
      case .attempt:
        do throws(ExpressionFailure) {
          return try evaluate(arguments[0])
        } catch {
          swallowed += 1
          return try evaluate(arguments[1])
        }
      default:
        var values: [Value] = []
        for argument in arguments { values.append(try evaluate(argument)) }
        return try apply(operation, values, node)
      }
    }
  }

  /// Stops at the first operand that decides; null if none does and one is null.
  private mutating func logic(
    _ arguments: [TypedExpression], stop: Bool
  ) throws(ExpressionFailure) -> Value {
    var result = Value.boolean(!stop)
    for argument in arguments {
      let value = try evaluate(argument)
      if value == .boolean(stop) { return value }
      if value == .null { result = .null }
    }
    return result
  }

  private mutating func choose(
    _ arguments: [TypedExpression]
  ) throws(ExpressionFailure) -> Value {
    var index = 0
    while index + 1 < arguments.count {
      if try evaluate(arguments[index]) == .boolean(true) {
        return try evaluate(arguments[index + 1])
      }
      index += 2
    }
    return try evaluate(arguments[index])
  }

  private mutating func match(
    _ arguments: [TypedExpression]
  ) throws(ExpressionFailure) -> Value {
    let value = try evaluate(arguments[0])
    var index = 1
    while index + 1 < arguments.count {
      let candidate = try evaluate(arguments[index])
      if value != .null, candidate != .null, Self.order(value, candidate) == 0 {
        return try evaluate(arguments[index + 1])
      }
      index += 2
    }
    return try evaluate(arguments[index])
  }

  private func apply(
    _ operation: ExpressionOperation, _ values: [Value], _ node: TypedExpression
  ) throws(ExpressionFailure) -> Value {
    switch operation {
    case .isNull: return .boolean(values[0] == .null)
    case .between:
      return both(
        comparison(.greaterOrEqual, values[0], values[1]),
        comparison(.lessOrEqual, values[0], values[2]))
    case .isIn:
      let found = values.dropFirst().map { comparison(.equal, values[0], $0) }
      if found.contains(.boolean(true)) { return .boolean(true) }
      return found.contains(.null) ? .null : .boolean(false)
    case .nullIf:
      return comparison(.equal, values[0], values[1]) == .boolean(true) ? .null : values[0]
    default: break
    }
    if values.contains(.null) { return .null }
    switch operation {
    case .not: return .boolean(values[0] != .boolean(true))
    case .compare(let kind): return comparison(kind, values[0], values[1])
    case .like(let pattern):
      return .boolean(withBytes(of: values[0]) { pattern.matches($0) })
    case .matches(let pattern, let isWhole):
      return .boolean(
        withBytes(of: values[0]) { isWhole ? pattern.matches($0) : pattern.isContained(in: $0) })
    case .negate, .add, .subtract, .multiply, .divide, .remainder:
      return try arithmetic(operation, values, node)
    case .concat:
      let text = values.map(Self.text).joined()
      guard text.utf8.count <= Self.textLimit else {
        throw ExpressionFailure(code: .exprOverflow, node: node, values: values)
      }
      return .text(text)
    case .convert:
      guard let result = Self.converted(values[0], to: node.type) else {
        let code = node.conversionFailure
        throw ExpressionFailure(code: code, node: node, values: values)
      }
      return result
    case .call(let function):
      guard let result = Self.call(function, values, type: node.type) else {
        let code: RecordFault.Code = function == .makeDate ? .castDate : .exprOverflow
        throw ExpressionFailure(code: code, node: node, values: values)
      }
      return result
    case .prepared(let function):
      guard let result = Self.prepared(function, values[0], as: node.type) else {
        let code =
          if case .parse = function { node.conversionFailure } else {
            RecordFault.Code.exprOverflow
          }
        throw ExpressionFailure(code: code, node: node, values: values)
      }
      return result
    case .and, .or, .isNull, .between, .isIn, .choose, .match, .coalesce, .nullIf, .attempt:
      return .null  // done above
    }
  }

  private func both(_ first: Value, _ second: Value) -> Value {
    if first == .boolean(false) || second == .boolean(false) { return .boolean(false) }
    return first == .null || second == .null ? .null : .boolean(true)
  }

  private func withBytes<R>(
    of value: Value, _ body: (UnsafeBufferPointer<UInt8>) -> R
  ) -> R {
    Array(Self.text(value).utf8).withUnsafeBufferPointer(body)
  }

  static func text(_ value: Value) -> String {
    if case .text(let text) = value { text } else { "" }
  }

  private func comparison(
    _ kind: ExpressionOperation.Comparison, _ left: Value, _ right: Value
  ) -> Value {
    if left == .null || right == .null { return .null }
    if case .real(let left) = left, case .real(let right) = right {
      return .boolean(holds(kind, left, right))
    }
    return .boolean(holds(kind, Self.order(left, right), 0))
  }

  private func holds<T: Comparable>(_ kind: Comparison, _ left: T, _ right: T) -> Bool {
    switch kind {
    case .equal: left == right
    case .notEqual: left != right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    }
  }

  /// -1, 0 or 1; texts by their bytes.
  static func order(_ left: Value, _ right: Value) -> Int {
    switch (left, right) {
    case (.text(let left), .text(let right)):
      if left.utf8.elementsEqual(right.utf8) { return 0 }
      return left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
    case (.real(let left), .real(let right)):
      return left == right ? 0 : left < right ? -1 : 1
    default:
      let (left, right) = (whole(left), whole(right))
      return left == right ? 0 : left < right ? -1 : 1
    }
  }

  /// The number inside any value but texts and reals.
  static func whole(_ value: Value) -> Int64 {
    switch value {
    case .integer(let number), .decimal(let number, _), .date(let number), .timestamp(let number):
      number
    case .boolean(let flag): flag ? 1 : 0
    case .null, .real, .text: 0
    }
  }
}

// Arithmetic.
extension ExpressionReference {
  private func arithmetic(
    _ operation: ExpressionOperation, _ values: [Value], _ node: TypedExpression
  ) throws(ExpressionFailure) -> Value {
    let overflow = ExpressionFailure(code: .exprOverflow, node: node, values: values)
    let isDivision = operation == .divide || operation == .remainder
    if case .real(let left) = values[0] {
      var right = 0.0
      if values.count == 2, case .real(let number) = values[1] { right = number }
      if isDivision, right == 0 {
        throw ExpressionFailure(code: .exprDivZero, node: node, values: values)
      }
      let result = real(operation, left, right)
      guard result.isFinite else { throw overflow }
      return .real(result)
    }
    let left = Int128(Self.whole(values[0]))
    let right = values.count == 2 ? Int128(Self.whole(values[1])) : 0
    if isDivision, right == 0 {
      throw ExpressionFailure(code: .exprDivZero, node: node, values: values)
    }
    guard case .decimal = values[0] else {
      guard let result = Int64(exactly: whole(operation, left, right)) else { throw overflow }
      return .integer(result)
    }
    let scale = node.type.scale
    var result = whole(operation, left, right)
    if operation == .divide {
      let places = scale + node.arguments[1].type.scale - node.arguments[0].type.scale
      var numerator = left
      for _ in 0..<places {
        let (product, isTooLarge) = numerator.multipliedReportingOverflow(by: 10)
        guard !isTooLarge else { throw overflow }
        numerator = product
      }
      result = roundedQuotient(numerator, right)
    }
    guard let units = fitted(result) else { throw overflow }
    return .decimal(units: units, scale: scale)
  }

  private func real(_ operation: ExpressionOperation, _ left: Double, _ right: Double) -> Double {
    switch operation {
    case .negate: -left
    case .add: left + right
    case .subtract: left - right
    case .multiply: left * right
    case .divide: left / right
    default: left.truncatingRemainder(dividingBy: right)
    }
  }

  private func whole(_ operation: ExpressionOperation, _ left: Int128, _ right: Int128) -> Int128 {
    switch operation {
    case .negate: -left
    case .add: left + right
    case .subtract: left - right
    case .multiply: left * right
    case .divide: left / right
    default: left % right
    }
  }
}

extension TypedExpression {
  /// The code of a conversion that fails.
  var conversionFailure: RecordFault.Code {
    switch type {
    case .integer: .castInt
    case .real: .castReal
    case .decimal: arguments[0].type == .text ? .castDecimal : .exprOverflow
    case .boolean: .castBool
    case .date: .castDate
    case .timestamp: .castTimestamp
    case .text: .exprType
    }
  }
}
