// The names that an expression may use.

/// The columns and constants around an expression.
public struct ExpressionScope: Sendable {
  let columns: [String: (column: Int, type: ValueType, isNullable: Bool)]
  let constants: [String: ExpressionConstant]

  /// Makes a scope.
  /// - Parameters:
  ///   - columns: by name; `column` is the index in the batch.
  ///   - constants: by full name, such as `var.first_day` or `run.id`.
  public init(
    columns: [String: (column: Int, type: ValueType, isNullable: Bool)],
    constants: [String: ExpressionConstant] = [:]
  ) {
    self.columns = columns
    self.constants = constants
  }

  /// The known name most like a given one.
  func nearest(to name: String) -> String? {
    NearestName.of(name, among: Array(columns.keys) + Array(constants.keys))
  }
}
