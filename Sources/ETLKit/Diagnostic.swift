// One mistake in a pipeline file: facts about where and what, and its printed form.

/// A place in a text file; lines and columns count from 1, in characters.
public struct TextMark: Hashable, Sendable {
  /// The line, from 1.
  public var line: Int
  /// The column, from 1.
  public var column: Int
  /// How many characters of the line it covers, at least 1.
  public var length: Int

  /// Makes a mark.
  public init(line: Int, column: Int, length: Int = 1) {
    self.line = line
    self.column = column
    self.length = length
  }
}

/// A value and where it stands in its file.
public struct Located<Value: Hashable & Sendable>: Hashable, Sendable {
  /// The value.
  public var value: Value
  /// Where it stands.
  public var mark: TextMark

  /// Makes a located value.
  public init(_ value: Value, at mark: TextMark) {
    self.value = value
    self.mark = mark
  }
}

/// A mistake found in a pipeline file.
public struct Diagnostic: Hashable, Sendable {
  /// How bad it is.
  public enum Severity: String, Hashable, Sendable {
    /// The pipeline cannot run.
    case error
    /// It can, but probably not as meant.
    case warning
  }

  /// The file, relative to the workspace where possible.
  public var file: String
  /// Where in the file.
  public var mark: TextMark
  /// A stable code, such as `key.unknown`.
  public var code: String
  /// What was found and what was expected; no final period.
  public var what: String
  /// What to write instead.
  public var suggestion: String?
  /// The line of the file it stands on.
  public var sourceLine: String
  /// How bad it is.
  public var severity: Severity

  /// Makes a diagnostic.
  public init(
    file: String, mark: TextMark, code: String, what: String, suggestion: String? = nil,
    sourceLine: String, severity: Severity = .error
  ) {
    self.file = file
    self.mark = mark
    self.code = code
    self.what = what
    self.suggestion = suggestion
    self.sourceLine = sourceLine
    self.severity = severity
  }
}

extension Diagnostic: CustomStringConvertible {
  /// File, line and column, what, the line with the span underlined, and the suggestion.
  public var description: String {
    let gutter = String(mark.line)
    let indent = String(repeating: " ", count: gutter.count)
    var lines = ["\(file):\(mark.line):\(mark.column): \(severity.rawValue): \(what) (\(code))"]
    if !sourceLine.isEmpty {
      let caret =
        String(repeating: " ", count: max(0, mark.column - 1))
        + String(repeating: "^", count: max(1, mark.length))
      lines.append(" \(gutter) | \(sourceLine)")
      lines.append(" \(indent) | \(caret)")
    }
    if let suggestion { lines.append(" \(indent) = \(suggestion)") }
    return lines.joined(separator: "\n")
  }
}
