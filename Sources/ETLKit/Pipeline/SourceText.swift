// The text of a file by lines, and the way from a parser's position to a mark for people.
// Touches nothing.

/// The text of a file, cut into lines the way YAML cuts them.
struct SourceText {
  /// A position, both parts from 0; the offset counts Unicode scalars, as the YAML parser does.
  struct Place: Hashable {
    var line: Int
    var offset: Int
  }

  let file: String
  private(set) var lines: [[Unicode.Scalar]]
  /// Whether each scalar of a line counts as one character: it is ASCII, or too long to be read by
  /// people, and counting it for every node would take forever.
  private let isCounted: [Bool]

  init(_ text: String, file: String) {
    self.file = file
    var lines: [[Unicode.Scalar]] = [[]]
    var afterReturn = false
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n" where afterReturn: break
      case "\r", "\n", "\u{85}", "\u{2028}", "\u{2029}": lines.append([])
      default: lines[lines.count - 1].append(scalar)
      }
      afterReturn = scalar == "\r"
    }
    self.lines = lines
    isCounted = lines.map { $0.count > 2_000 || $0.allSatisfy(\.isASCII) }
  }

  /// The whole text again, with line feeds.
  var text: String {
    var result = String.UnicodeScalarView()
    for (number, line) in lines.enumerated() {
      if number > 0 { result.append("\n") }
      result.append(contentsOf: line)
    }
    return String(result)
  }

  /// What stands at a place; nil at the end of a line.
  subscript(place: Place) -> Unicode.Scalar? {
    guard lines.indices.contains(place.line), lines[place.line].indices.contains(place.offset)
    else { return nil }
    return lines[place.line][place.offset]
  }

  /// Writes over one scalar, so that every position stays.
  mutating func replace(at place: Place, with scalar: Unicode.Scalar) {
    guard self[place] != nil else { return }
    lines[place.line][place.offset] = scalar
  }

  /// The mark of so many scalars from a place, within its line.
  func mark(at place: Place, count: Int = 1) -> TextMark {
    guard lines.indices.contains(place.line) else {
      return TextMark(line: max(1, lines.count), column: 1)
    }
    let line = lines[place.line]
    let start = min(max(0, place.offset), line.count)
    let end = min(start + max(1, count), line.count)
    if isCounted[place.line] {
      return TextMark(
        line: place.line + 1, column: start + 1, length: max(1, end - start))
    }
    return TextMark(
      line: place.line + 1, column: characters(in: line[..<start]) + 1,
      length: max(1, characters(in: line[start..<max(start, end)])))
  }

  /// The place of a mark.
  func place(of mark: TextMark) -> Place {
    guard lines.indices.contains(mark.line - 1) else { return Place(line: 0, offset: 0) }
    if isCounted[mark.line - 1] { return Place(line: mark.line - 1, offset: mark.column - 1) }
    let text = String(String.UnicodeScalarView(lines[mark.line - 1]))
    let before = text.prefix(max(0, mark.column - 1))
    return Place(line: mark.line - 1, offset: before.unicodeScalars.count)
  }

  /// A line for a message: from 1, signs that a terminal would obey replaced, empty if very long.
  func shown(line number: Int) -> String {
    guard lines.indices.contains(number - 1) else { return "" }
    let line = lines[number - 1]
    // An underlined span of a machine-made line helps nobody.
    guard line.count <= 500 else { return "" }
    let visible = line.map { scalar -> Unicode.Scalar in
      if scalar == "\t" { return " " }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
        return "\u{FFFD}"
      default: return scalar
      }
    }
    return String(String.UnicodeScalarView(visible))
  }

  private func characters(in scalars: ArraySlice<Unicode.Scalar>) -> Int {
    String(String.UnicodeScalarView(scalars)).count
  }
}

extension SourceText {
  /// Turns facts into a diagnostic with its line.
  func diagnostic(
    _ code: String, _ what: String, at mark: TextMark, suggestion: String? = nil,
    severity: Diagnostic.Severity = .error
  ) -> Diagnostic {
    Diagnostic(
      file: file, mark: mark, code: code, what: what, suggestion: suggestion,
      sourceLine: shown(line: mark.line), severity: severity)
  }
}
