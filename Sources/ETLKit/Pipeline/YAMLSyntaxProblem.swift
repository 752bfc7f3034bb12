// What is not YAML at all, in our own words. Touches nothing.

import Yams

/// A text that the YAML parser cannot read.
struct YAMLSyntaxProblem: Error {
  var code = "yaml.syntax"
  var what: String
  var mark: TextMark
  var suggestion: String?

  init(code: String, what: String, mark: TextMark, suggestion: String? = nil) {
    self.code = code
    self.what = what
    self.mark = mark
    self.suggestion = suggestion
  }

  /// Says what the parser said.
  init(_ error: any Error, in source: SourceText) {
    switch error {
    case YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _),
      YamlError.composer(let context, let problem, let mark, _):
      self.init(problem, context: context, at: mark, in: source)
    case YamlError.reader(_, let offset, let value, let yaml):
      var place = SourceText.Place(line: 0, offset: 0)
      for character in yaml.prefix(offset ?? 0) {
        let isBreak = character.unicodeScalars.contains { $0 == "\n" }
        place.line += isBreak ? 1 : 0
        place.offset = isBreak ? 0 : place.offset + character.unicodeScalars.count
      }
      self.init(
        code: "yaml.syntax",
        what: "the sign U+\(String(UInt32(max(0, value)), radix: 16, uppercase: true)) cannot stand"
          + " in YAML", mark: source.mark(at: place), suggestion: "remove it")
    default:
      self.init(
        code: "yaml.syntax", what: "this is not YAML", mark: TextMark(line: 1, column: 1))
    }
  }

  private init(
    _ problem: String, context: YamlError.Context?, at mark: Mark, in source: SourceText
  ) {
    var place = SourceText.Place(line: mark.line - 1, offset: mark.column - 1)
    let begin = context.map {
      SourceText.Place(line: $0.mark.line - 1, offset: $0.mark.column - 1)
    }
    let sign = source[place].map { quoted(String(Character($0))) } ?? "the end of the line"
    var code = "yaml.syntax"
    let what: String
    var suggestion: String?
    switch problem {
    case _ where problem.hasPrefix("Maximum nesting level"):
      code = "yaml.limit"
      what = "nested far too deep"
    case "found character that cannot start any token":
      if source[place] == "\t" {
        what = "a tab cannot stand before a key or value"
        suggestion = "indent with blanks"
      } else {
        what = "a value cannot begin with \(sign)"
        suggestion = "put the value in single quotes"
      }
    case "found a tab character that violates indentation",
      "found a tab character where an indentation space is expected":
      what = "a tab cannot indent a line"
      suggestion = "indent with blanks"
    case "mapping values are not allowed in this context":
      what = "this \":\" does not fit here"
      suggestion =
        "put a value with \": \" in single quotes, line keys up, and end each key above with \":\""
    case "did not find expected key", "did not find expected '-' indicator",
      "block sequence entries are not allowed in this context",
      "did not find expected <document start>":
      what = "this line does not line up with the keys or items above it"
      suggestion = "give keys of one map the same number of blanks"
    case "could not find expected ':'":
      place = begin ?? place
      what = "a key without its \":\""
      suggestion = "write key: value"
    case "found unexpected end of stream" where context?.text.contains("quoted") == true,
      "found unexpected document indicator" where context?.text.contains("quoted") == true:
      place = begin ?? place
      what = "this quote is never closed"
    case "did not find expected ',' or ']'":
      place = begin ?? place
      what = "this \"[\" is never closed, or a \",\" is missing behind it"
    case "did not find expected ',' or '}'":
      place = begin ?? place
      what = "this \"{\" is never closed, or a \",\" is missing behind it"
    case "did not find expected node content":
      what = "a value is missing here, or a bracket above is never closed"
    case "found undefined alias":
      what = "this alias has no anchor above it"
      suggestion = "write &name at the value that is meant"
    case "found undefined tag handle":
      what = "tags are not read; the key says what its value is"
      suggestion = "remove it"
    case "but found another document":
      what = "a second document; a file holds one"
    case "found unknown escape character":
      what = "an unknown escape in double quotes"
      suggestion = "use single quotes, where a backslash is itself"
    default:
      what = "this is not YAML: \(problem)"
    }
    // At the end of the text there is nothing to show; the last line with something in it is.
    while place.line > 0, source[SourceText.Place(line: place.line, offset: 0)] == nil {
      place.line -= 1
      place.offset = max(
        0,
        (source.lines.indices.contains(place.line)
          ? source.lines[place.line].count : 0) - 1)
    }
    self.init(
      code: code, what: what, mark: source.mark(at: place), suggestion: suggestion)
  }
}
