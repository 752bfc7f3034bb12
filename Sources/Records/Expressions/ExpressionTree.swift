// An expression as it was written: names not yet looked up, nothing typed.

/// The parsed form of an expression.
public struct ExpressionTree: Hashable, Sendable {
  /// How deep an expression may nest, so that hostile text cannot exhaust a stack.
  public static let depthLimit = 100

  /// The text it was read from.
  public let text: String
  let root: ExpressionSyntax

  /// Reads the text of an expression.
  ///
  /// - Throws: the first mistake, with its place.
  public static func parse(_ text: String) throws(ExpressionDiagnostic) -> ExpressionTree {
    var parser = try ExpressionParser(text)
    return ExpressionTree(text: text, root: try parser.whole())
  }

  /// Looks up the names and finds the type of every part.
  ///
  /// - Throws: the first mistake, with its place.
  public func typed(in scope: ExpressionScope) throws(ExpressionDiagnostic) -> TypedExpression {
    var typer = ExpressionTyper(scope: scope, text: text)
    return try typer.typed(root)
  }

  /// The same, for a place that needs a value of one type.
  public func typed(
    in scope: ExpressionScope, as type: ValueType
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    var typer = ExpressionTyper(scope: scope, text: text)
    return try typer.typed(root, as: type)
  }

  /// If the whole expression is one call: its name in lower case, and its arguments.
  ///
  /// For languages around this one, such as aggregates (`count_if(late)`), whose outer call is not
  /// a function of expressions.
  public var call: (name: String, nameSpan: Range<Int>, arguments: [ExpressionTree])? {
    guard case .call(let name, let nameSpan, let arguments) = root.form else { return nil }
    return (name, nameSpan, arguments.map { ExpressionTree(text: text, root: $0) })
  }

  /// Every name that is used, variables such as `var.first_day` included.
  public var columnNames: Set<String> {
    var names: Set<String> = []
    root.collectNames(into: &names)
    return names
  }
}

/// One node of a parsed expression.
struct ExpressionSyntax: Hashable, Sendable {
  indirect enum Form: Hashable, Sendable {
    case literal(ExpressionConstant)
    case name(String, isQuoted: Bool)
    case negate(ExpressionSyntax)
    case not(ExpressionSyntax)
    case all([ExpressionSyntax])
    case any([ExpressionSyntax])
    case binary(ExpressionToken.Sign, ExpressionSyntax, ExpressionSyntax)
    case between(ExpressionSyntax, ExpressionSyntax, ExpressionSyntax)
    case isIn(ExpressionSyntax, [ExpressionSyntax])
    case like(ExpressionSyntax, ExpressionSyntax, escape: ExpressionSyntax?)
    case isNull(ExpressionSyntax)
    case choice([Branch], otherwise: ExpressionSyntax?)
    case match(ExpressionSyntax, [Branch], otherwise: ExpressionSyntax?)
    case call(String, nameSpan: Range<Int>, [ExpressionSyntax])
  }

  struct Branch: Hashable, Sendable {
    var when: ExpressionSyntax
    var then: ExpressionSyntax
  }

  var form: Form
  var span: Range<Int>
  /// 1 for a leaf.
  var depth: Int

  var children: [ExpressionSyntax] {
    switch form {
    case .literal, .name: []
    case .negate(let one), .not(let one), .isNull(let one): [one]
    case .all(let many), .any(let many), .call(_, _, let many): many
    case .binary(_, let left, let right): [left, right]
    case .between(let value, let low, let high): [value, low, high]
    case .isIn(let value, let items): [value] + items
    case .like(let value, let pattern, let escape): [value, pattern] + (escape.map { [$0] } ?? [])
    case .choice(let branches, let otherwise):
      branches.flatMap { [$0.when, $0.then] } + (otherwise.map { [$0] } ?? [])
    case .match(let value, let branches, let otherwise):
      [value] + branches.flatMap { [$0.when, $0.then] } + (otherwise.map { [$0] } ?? [])
    }
  }

  fileprivate func collectNames(into names: inout Set<String>) {
    if case .name(let name, _) = form { names.insert(name) }
    for child in children { child.collectNames(into: &names) }
  }
}
