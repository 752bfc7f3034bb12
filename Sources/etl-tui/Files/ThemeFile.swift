// Reads a theme from YAML, strictly: every mistake of a file at once, each with its place.
//
// Touches no files: whoever has the text calls.

import Cells
import ETLKit
import Yams

/// A theme as read from a file, and what is wrong with it.
struct ThemeFile {
  /// The theme; nil if the file cannot be used.
  let theme: Theme?
  /// The mistakes, in the order of the file.
  ///
  /// Warnings leave the theme usable.
  let problems: [Diagnostic]

  /// Reads a theme.
  /// - Parameters:
  ///   - text: The YAML.
  ///   - file: The name to call the file in problems.
  ///   - inherited: Finds the theme named by `inherits`.
  init(_ text: String, file: String, inherited: (String) -> Theme? = { _ in nil }) {
    var reader = ThemeReader(text: text, file: file)
    theme = reader.theme(inherited)
    problems = reader.problems.sorted {
      ($0.mark.line, $0.mark.column) < ($1.mark.line, $1.mark.column)
    }
  }

  /// What is hard to see in a theme, in words.
  static func findings(of theme: Theme) -> [String] {
    theme.findings.map { finding in
      switch finding {
      case .contrast(let role, let ground, let ratio, let needed):
        let place = role == ground ? "its own ground" : ground
        return "\(role) has a contrast of \(short(ratio)) on \(place); "
          + "\(short(needed)) is needed"
      case .alike(let role, let other, let distance, let needed):
        return "\(role) and \(other) look alike: \(hundredths(distance)) apart in OKLab; "
          + "\(hundredths(needed)) is needed"
      }
    }
  }

  /// One decimal, rounded down, so that a value short of a limit never reads like the limit.
  private static func short(_ value: Double) -> String {
    let tenths = Int(value * 10)
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func hundredths(_ value: Double) -> String {
    let hundredths = Int(value * 100)
    return "0." + (hundredths < 10 ? "0" : "") + "\(hundredths)"
  }
}

/// Reads one theme and collects its mistakes.
private struct ThemeReader {
  let file: String
  let lines: [Substring]
  let text: String
  var problems: [Diagnostic] = []

  private var palette: [String: ThemeColor] = [:]
  private var used: Set<String> = []

  init(text: String, file: String) {
    self.text = text
    self.file = file
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  mutating func theme(_ inherited: (String) -> Theme?) -> Theme? {
    guard let root = document() else { return nil }
    guard let top = mapping(root, "a theme") else { return nil }
    var name: String?
    var variant: Theme.Variant?
    var parent: Theme?
    var paletteNode: Node?
    var groups: [(String, Node)] = []

    for (keyNode, value) in top {
      guard let key = scalar(keyNode, "a key") else { continue }
      switch key {
      case "name": name = scalar(value, "a name")
      case "variant":
        guard let word = scalar(value, "a variant") else { continue }
        variant = Theme.Variant(rawValue: word)
        if variant == nil {
          report(
            value, "theme.variant", "no variant \"\(word)\"; it is dark, light or any",
            nearest(word, Theme.Variant.allCases.map(\.rawValue)))
        }
      case "inherits":
        guard let other = scalar(value, "the name of a theme"), !other.isEmpty else { continue }
        parent = inherited(other)
        if parent == nil { report(value, "theme.inherits", "no theme \"\(other)\"") }
      case "palette": paletteNode = value
      case _ where ThemeRoles.groups.contains(key): groups.append((key, value))
      default:
        report(
          keyNode, "theme.key", "no key \"\(key)\" in a theme",
          nearest(key, ["name", "variant", "inherits", "palette"] + ThemeRoles.groups))
      }
    }
    if name == nil { report(root, "theme.name", "the theme has no name") }
    let marks = paletteNode.map { readPalette($0) } ?? [:]

    var styles: [Ink: ThemeStyle] = parent?.stated ?? [:]
    for (group, node) in groups { read(group, node, &styles) }
    for (color, node) in marks where !used.contains(color) {
      report(node, "theme.palette", "no style uses \"\(color)\"", severity: .warning)
    }
    guard !problems.contains(where: { $0.severity == .error }), let name else { return nil }
    return Theme(name: name, variant: variant ?? parent?.variant ?? .any, styles: styles)
  }

  // MARK: Parts

  private mutating func document() -> Node? {
    do {
      if let node = try Yams.compose(yaml: text) { return node }
      report(TextMark(line: 1, column: 1), "theme.empty", "the file is empty")
    } catch let error as YamlError {
      report(Self.mark(of: error), "yaml.syntax", Self.words(for: error))
    } catch {
      report(TextMark(line: 1, column: 1), "yaml.syntax", "\(error)")
    }
    return nil
  }

  private static func mark(of error: YamlError) -> TextMark {
    switch error {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
      TextMark(line: mark.line, column: mark.column)
    case .duplicatedKeysInMapping(_, let context):
      TextMark(line: context.mark.line, column: context.mark.column)
    default: TextMark(line: 1, column: 1)
    }
  }

  private static func words(for error: YamlError) -> String {
    switch error {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _),
      .composer(_, let problem, _, _):
      problem
    case .duplicatedKeysInMapping(let keys, _):
      "written twice: " + keys.map { "\($0)" }.sorted().joined(separator: ", ")
    default: "\(error)"
    }
  }

  private mutating func readPalette(_ node: Node) -> [String: Node] {
    var marks: [String: Node] = [:]
    for (keyNode, value) in mapping(node, "a palette") ?? [] {
      guard let name = scalar(keyNode, "a name"), let text = scalar(value, "a colour") else {
        continue
      }
      if ThemeColor(name) != nil {
        report(keyNode, "theme.palette", "\"\(name)\" is a colour already")
      } else if let color = ThemeColor(text) {
        palette[name] = color
        marks[name] = keyNode
      } else {
        report(value, "theme.color", Self.noColor(text))
      }
    }
    return marks
  }

  private mutating func read(_ group: String, _ node: Node, _ styles: inout [Ink: ThemeStyle]) {
    for (keyNode, value) in mapping(node, "roles") ?? [] {
      guard let key = scalar(keyNode, "a role") else { continue }
      if group == "chart", let count = ThemeRoles.lists[key] {
        readList(key, count, value, &styles)
      } else if let ink = ThemeRoles.ink(group, key) {
        styles[ink] = style(value, isGround: ink == .background)
      } else {
        report(
          keyNode, "theme.role", "no role \"\(key)\" in \(group)",
          nearest(key, ThemeRoles.names(in: group)))
      }
    }
  }

  private mutating func readList(
    _ key: String, _ count: Int, _ node: Node, _ styles: inout [Ink: ThemeStyle]
  ) {
    guard case .sequence(let entries) = node else {
      report(node, "theme.list", "\(key) takes a list of \(count) colours")
      return
    }
    if entries.count != count {
      report(node, "theme.list", "\(key) takes \(count) colours, not \(entries.count)")
    }
    for (index, entry) in entries.prefix(count).enumerated() {
      styles[key == "heat" ? .heat(index) : .series(index)] = style(entry, isGround: false)
    }
  }

  private mutating func style(_ node: Node, isGround: Bool) -> ThemeStyle {
    var style = ThemeStyle()
    guard case .mapping(let parts) = node else {
      guard let color = color(node) else { return style }
      if isGround { style.background = color } else { style.foreground = color }
      return style
    }
    for (keyNode, value) in parts {
      guard let key = scalar(keyNode, "a key") else { continue }
      switch key {
      case "fg": style.foreground = color(value)
      case "bg": style.background = color(value)
      case "c256": style.in256 = color(value)
      case "c16": style.in16 = color(value)
      case "attr": style.emphasis = emphasis(value)
      case "mono": style.mono = emphasis(value)
      default:
        report(
          keyNode, "theme.key", "no key \"\(key)\" in a style",
          nearest(key, ["fg", "bg", "attr", "c256", "c16", "mono"]))
      }
    }
    return style
  }

  private mutating func color(_ node: Node) -> ThemeColor? {
    guard let text = scalar(node, "a colour") else { return nil }
    if let color = palette[text] {
      used.insert(text)
      return color
    }
    if let color = ThemeColor(text) { return color }
    report(
      node, "theme.color", Self.noColor(text),
      nearest(text, palette.keys.sorted() + ThemeColor.names))
    return nil
  }

  private static func noColor(_ text: String) -> String {
    "\"\(text)\" is no colour: #rrggbb, 0 to 255, one of the sixteen names, default, "
      + "or a name from the palette"
  }

  private mutating func emphasis(_ node: Node) -> Emphasis {
    let words: [(String, Node)]
    if case .sequence(let entries) = node {
      words = entries.compactMap { entry in scalar(entry, "a word").map { ($0, entry) } }
    } else {
      words = (scalar(node, "words") ?? "").split(separator: " ").map { (String($0), node) }
    }
    var emphasis: Emphasis = []
    for (word, place) in words {
      if let known = ThemeRoles.emphasis[word] {
        emphasis.formUnion(known)
      } else {
        report(
          place, "theme.attr", "no attr \"\(word)\"",
          nearest(word, ThemeRoles.emphasis.keys.sorted()))
      }
    }
    return emphasis
  }

  // MARK: Nodes

  private mutating func mapping(_ node: Node, _ what: String) -> [(key: Node, value: Node)]? {
    if case .mapping(let mapping) = node { return mapping.map { ($0.key, $0.value) } }
    report(node, "theme.shape", "\(what) is a mapping of names to values")
    return nil
  }

  private mutating func scalar(_ node: Node, _ what: String) -> String? {
    if case .scalar(let scalar) = node { return scalar.string }
    report(node, "theme.shape", "\(what) is a single value")
    return nil
  }

  private mutating func report(
    _ node: Node, _ code: String, _ what: String, _ suggestion: String? = nil,
    severity: Diagnostic.Severity = .error
  ) {
    let mark = node.mark.map { TextMark(line: $0.line, column: $0.column) }
    report(mark ?? TextMark(line: 1, column: 1), code, what, suggestion, severity: severity)
  }

  private mutating func report(
    _ mark: TextMark, _ code: String, _ what: String, _ suggestion: String? = nil,
    severity: Diagnostic.Severity = .error
  ) {
    let line = lines.indices.contains(mark.line - 1) ? String(lines[mark.line - 1]) : ""
    problems.append(
      Diagnostic(
        file: file, mark: mark, code: code, what: what, suggestion: suggestion, sourceLine: line,
        severity: severity))
  }

  private func nearest(_ word: String, _ known: [String]) -> String? {
    ThemeRoles.nearest(word, known).map { "did you mean \"\($0)\"?" }
  }
}
