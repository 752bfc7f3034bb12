// A YAML tree without types: every scalar is the text that was written. Touches nothing.

/// A node of a YAML file.
struct YAMLNode {
  /// What a node holds.
  enum Content {
    /// Text; plain text without quotes can be "nothing at all".
    case scalar(String, isPlain: Bool)
    case list([YAMLNode])
    case map([YAMLField])
  }

  var content: Content
  var mark: TextMark

  /// Whether nothing was written.
  var isNothing: Bool {
    if case .scalar("", isPlain: true) = content { return true }
    return false
  }

  /// What was found, for "expected …, found …".
  var found: String {
    switch content {
    case .scalar("", isPlain: true): "nothing"
    case .scalar(let text, _): quoted(text)
    case .list: "a list"
    case .map: "keys and values"
    }
  }
}

/// A key and its value.
struct YAMLField {
  var key: Located<String>
  var value: YAMLNode
}

/// A text in quotes for a message: short, on one line, nothing in it that a terminal would obey.
func quoted(_ text: String) -> String {
  var shown = String.UnicodeScalarView()
  for scalar in text.unicodeScalars.prefix(60) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
      switch scalar {
      case "\n": shown.append(contentsOf: "\\n".unicodeScalars)
      case "\t": shown.append(contentsOf: "\\t".unicodeScalars)
      default:
        shown.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      }
    default: shown.append(scalar)
    }
  }
  if text.unicodeScalars.count > 60 { shown.append("…") }
  return "\"\(String(shown))\""
}
