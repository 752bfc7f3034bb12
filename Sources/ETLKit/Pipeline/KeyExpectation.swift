// What the value of a key must be, in words and as a reader of text. Touches nothing.

/// What a key expects.
enum KeyExpectation: Hashable, Sendable {
  case text
  /// A place on the web.
  case url
  /// A repository of GitHub.
  case repository
  /// A name of our own: letters, digits, `_` and `-`.
  case name
  /// The name of a source or step.
  case stage
  /// The name of a column.
  case column
  /// A condition or value in the expression language.
  case expression
  /// A whole number, at least this.
  case integer(atLeast: Int)
  case factor
  case boolean
  case duration
  case size
  case percent
  /// A number of percent, its sign optional: the key says it.
  case share
  /// Rows a second.
  case rate
  /// One byte: a sign or one of the words for it.
  case sign
  case choice([String])
  /// The type of a column.
  case valueType
  /// A type, or keys and values.
  case columns
  /// One text or a list of them.
  case texts
  /// A list of names, or one.
  case names
  /// A list of names, or pairs `left: right`.
  case pairs
  /// Keys of our own with texts.
  case textsByName
  /// Keys that are a table of their own.
  case map
  case list
  case anything

  /// For "expects …, found …".
  var words: String {
    switch self {
    case .text: "text"
    case .url: "a URL that begins with http:// or https://"
    case .repository: "a repository as owner/name"
    case .name: "a name"
    case .stage: "the name of a source or step"
    case .column: "the name of a column"
    case .expression: "an expression"
    case .integer(let least) where least > .min: "a whole number from \(least)"
    case .integer: "a whole number"
    case .factor: "a number from 1"
    case .boolean: "true or false"
    case .duration: "a duration such as 30s, 5m, 1h or 3d"
    case .size: "a size such as 500KiB or 50MiB"
    case .percent: "a percentage such as 1%"
    case .share: "a percentage from 0 to 100 such as 2.5"
    case .rate: "a rate such as 2000 rows/s"
    case .sign: "one sign, or tab, comma, semicolon, pipe"
    case .choice(let words) where words.count == 1: words[0]
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .valueType: "a type: text, int, real, decimal(12,2), bool, date or timestamp"
    case .columns: "a type, or keys and values"
    case .texts: "text or a list of texts"
    case .names: "a list of names"
    case .pairs: "a list of names, or pairs name: name"
    case .textsByName: "names with texts"
    case .map: "keys and values"
    case .list: "a list"
    case .anything: "anything"
    }
  }
}
