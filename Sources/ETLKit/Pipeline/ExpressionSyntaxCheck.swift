// The one call into the expression language when a file is read. Touches nothing.

import Records

/// Looks whether a text is an expression; names and types are the plan's work.
enum ExpressionSyntaxCheck {
  /// A mistake in an expression.
  struct Problem {
    var code: String
    var what: String
    var span: Range<Int>
    var suggestion: String?
  }

  /// The first mistake, or nil.
  static func problem(in text: String) -> Problem? {
    nil
  }
}
