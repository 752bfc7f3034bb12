// Why one record cannot be computed: the code, the part of the expression, the value.

/// A failure of one record.
struct ExpressionFailure: Error, Hashable {
  var code: RecordFault.Code
  /// The part that failed.
  var node: TypedExpression
  /// The operands of that part, as text.
  var values: [ExpressionConstant]

  /// As the retry queue keeps it.
  var fault: RecordFault {
    let arguments = node.arguments
    let columns = node.columnNames
    return RecordFault(
      code: code, column: columns.count == 1 ? columns.first : nil, value: valueText,
      rule: arguments.isEmpty ? nil : node.description)
  }

  /// `7 / 0` for an operator, else the operands, escaped and capped.
  private var valueText: String {
    let texts = values.map { $0.plainText ?? "null" }
    guard case .operation(let operation, _) = node.form, texts.count == 2 else {
      return escaped(texts.joined(separator: ", "))
    }
    let sign: String? =
      switch operation {
      case .add: "+"
      case .subtract: "-"
      case .multiply: "*"
      case .divide: "/"
      case .remainder: "%"
      default: nil
      }
    return escaped(sign.map { texts.joined(separator: " \($0) ") } ?? texts.joined(separator: ", "))
  }

  /// Controls made visible, and no more than 200 letters.
  private func escaped(_ text: String) -> String {
    var result = ""
    for (index, scalar) in text.unicodeScalars.enumerated() {
      if index == 200 { return result + "…" }
      switch scalar.value {
      case 0x0A: result += "\\n"
      case 0x0D: result += "\\r"
      case 0x09: result += "\\t"
      case 0..<0x20, 0x7F..<0xA0: result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension TypedExpression {
  /// The names of the columns that are read.
  public var columnNames: Set<String> {
    if case .column(_, let name) = form { return [name] }
    return arguments.reduce(into: []) { $0.formUnion($1.columnNames) }
  }
}
