// A typed tree in, kernels out. The one place that knows which kernel does what.

enum KernelBuilder {
  static func kernel(for node: TypedExpression) -> ExpressionKernel {
    switch node.form {
    case .constant(let value): ConstantKernel(value)
    case .column(let index, _): ColumnKernel(index, isNullable: node.isNullable)
    case .operation(let operation, let arguments): kernel(operation, arguments, node)
    }
  }

  private static func kernels(_ nodes: some Sequence<TypedExpression>) -> [ExpressionKernel] {
    nodes.map { kernel(for: $0) }
  }

  private static func kernel(
    _ operation: ExpressionOperation, _ arguments: [TypedExpression], _ node: TypedExpression
  ) -> ExpressionKernel {
    let first = arguments[0]
    switch operation {
    case .and: return LogicKernel(kernels(arguments), stop: false)
    case .or: return LogicKernel(kernels(arguments), stop: true)
    case .not: return NotKernel(kernel(for: first))
    case .isNull: return IsNullKernel(kernel(for: first))
    case .compare(let kind):
      return comparison(kind, first, arguments[1])
    case .between: return between(arguments)
    case .isIn: return member(arguments)
    case .like(let pattern):
      return PatternKernel(kernel(for: first)) { pattern.matches($0) }
    case .matches(let pattern, isWhole: true):
      return PatternKernel(kernel(for: first)) { pattern.matches($0) }
    case .matches(let pattern, isWhole: false):
      return PatternKernel(kernel(for: first)) { pattern.isContained(in: $0) }
    case .negate, .add, .subtract, .multiply, .divide, .remainder:
      return arithmetic(operation, arguments, node)
    case .concat: return ConcatKernel(kernels(arguments))
    case .choose: return ChooseKernel(start: nil, kernels(arguments), isNullable: node.isNullable)
    case .match: return match(arguments, node)
    case .coalesce:
      return CoalesceKernel(kernels(arguments), isNullable: node.isNullable, canFail: false)
    case .nullIf:
      let operands = kernels(arguments)
      let equal = CompareKernel(
        .equal, SharedKernel(operands[0]), SharedKernel(operands[1]), type: first.type)
      return NullIfKernel(operands, equal: equal)
    case .attempt: return AttemptKernel(kernels(arguments), isNullable: node.isNullable)
    case .convert:
      let operand = kernel(for: first)
      if first.type == .text { return ReadKernel(operand, as: node.type) }
      if node.type == .text { return WriteKernel(operand, from: first.type) }
      return ConvertKernel(operand, from: first.type, to: node.type)
    case .call(let function): return call(function, arguments, node)
    case .prepared(let function):
      return PreparedKernel(
        function, kernel(for: first), type: node.type, isNullable: node.isNullable)
    }
  }

  private static func comparison(
    _ kind: Comparison, _ left: TypedExpression, _ right: TypedExpression
  ) -> ExpressionKernel {
    if let constant = right.constant, constant != .null {
      return CompareConstantKernel(kind, kernel(for: left), constant, type: left.type)
    }
    if let constant = left.constant, constant != .null {
      return CompareConstantKernel(kind.turned, kernel(for: right), constant, type: left.type)
    }
    return CompareKernel(kind, kernel(for: left), kernel(for: right), type: left.type)
  }

  /// A comparison of columns that are computed elsewhere.
  private static func shared(
    _ kind: Comparison, _ left: ExpressionKernel, _ right: ExpressionKernel,
    _ node: TypedExpression
  ) -> ExpressionKernel {
    if let constant = node.constant, constant != .null {
      return CompareConstantKernel(kind, SharedKernel(left), constant, type: node.type)
    }
    return CompareKernel(kind, SharedKernel(left), SharedKernel(right), type: node.type)
  }

  private static func between(_ arguments: [TypedExpression]) -> ExpressionKernel {
    let operands = kernels(arguments)
    let low = shared(.greaterOrEqual, operands[0], operands[1], arguments[1])
    let high = shared(.lessOrEqual, operands[0], operands[2], arguments[2])
    return TestKernel(operands, test: LogicKernel([low, high], stop: false))
  }

  private static func member(_ arguments: [TypedExpression]) -> ExpressionKernel {
    let type = arguments[0].type
    let constants = arguments.dropFirst().compactMap(\.constant)
    if constants.count == arguments.count - 1, !constants.contains(.null), type != .real {
      return MemberKernel(kernel(for: arguments[0]), constants, type: type)
    }
    let operands = kernels(arguments)
    let tests = (1..<operands.count).map {
      shared(.equal, operands[0], operands[$0], arguments[$0])
    }
    return TestKernel(operands, test: LogicKernel(tests, stop: true))
  }

  private static func match(
    _ arguments: [TypedExpression], _ node: TypedExpression
  ) -> ExpressionKernel {
    let start = kernel(for: arguments[0])
    var branches: [ExpressionKernel] = []
    var index = 1
    while index + 1 < arguments.count {
      let value = arguments[index]
      if let constant = value.constant, constant != .null {
        branches.append(
          CompareConstantKernel(.equal, SharedKernel(start), constant, type: value.type))
      } else {
        branches.append(
          CompareKernel(.equal, SharedKernel(start), kernel(for: value), type: value.type))
      }
      branches.append(kernel(for: arguments[index + 1]))
      index += 2
    }
    branches.append(kernel(for: arguments[index]))
    return ChooseKernel(start: start, branches, isNullable: node.isNullable)
  }

  private static func arithmetic(
    _ operation: ExpressionOperation, _ arguments: [TypedExpression], _ node: TypedExpression
  ) -> ExpressionKernel {
    var places = 0
    if operation == .divide, case .decimal(_, let scale) = node.type {
      places = scale + arguments[1].type.scale - arguments[0].type.scale
    }
    return ArithmeticKernel(operation, kernels(arguments), type: node.type, places: places)
  }

  private static func call(
    _ function: ScalarFunction, _ arguments: [TypedExpression], _ node: TypedExpression
  ) -> ExpressionKernel {
    switch function {
    case .lower, .upper, .trim, .ltrim, .rtrim, .length, .substr, .replace, .startsWith, .endsWith,
      .contains, .left, .right, .lpad, .rpad, .splitPart:
      return TextKernel(function, kernels(arguments))
    case .least where node.type == .text, .greatest where node.type == .text:
      return ExtremeTextKernel(kernels(arguments), isLeast: function == .least)
    case .dateTrunc:
      var unit = DateUnit.day
      if case .text(let name) = arguments[0].constant { unit = DateUnit(rawValue: name) ?? .day }
      return NumberKernel(
        function, [kernel(for: arguments[1])], operandType: arguments[1].type, type: node.type,
        unit: unit)
    default:
      return NumberKernel(
        function, kernels(arguments), operandType: arguments[0].type, type: node.type)
    }
  }
}

extension ExpressionOperation.Comparison {
  /// The comparison with its sides exchanged.
  var turned: Self {
    switch self {
    case .equal, .notEqual: self
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }
}
