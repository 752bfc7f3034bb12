// YAML read strictly: no tags, no key twice, no guessed types, every node with its place.
// Yams composes the tree; this file turns it into our own. Touches nothing.

import Yams

/// A YAML text as a tree, or what is wrong with it.
struct StrictYAML {
  /// The longest text that is read.
  static let byteLimit = 1 << 20
  /// How deep the tree may be; what we read is never deeper than eight.
  static let depthLimit = 40
  /// How many nodes it may have, those that aliases bring along counted each time.
  static let nodeLimit = 50_000

  let source: SourceText
  private(set) var root: YAMLNode?
  private(set) var diagnostics: [Diagnostic] = []
  private var nodeCount = 0
  private var isOverLimit = false
  private var masked: [SourceText.Place: YAMLDuplicates.Masked] = [:]

  /// Reads a text.
  init(_ text: String, file: String) {
    guard text.utf8.count <= Self.byteLimit else {
      source = SourceText("", file: file)
      let size = text.utf8.count >> 20
      diagnostics.append(
        source.diagnostic(
          "yaml.limit", "the file has more than \(size) MiB; at most 1 MiB is read",
          at: TextMark(line: 1, column: 1)))
      return
    }
    source = SourceText(text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text, file: file)
    let bound = YAMLAliases(source).unfoldedBound
    guard bound <= 1_000_000 else {
      tell(
        "yaml.limit", "its aliases could unfold to more than a million values",
        at: TextMark(line: 1, column: 1))
      return
    }
    compose()
  }

  private mutating func compose() {
    var duplicates = YAMLDuplicates(source)
    do throws(YAMLSyntaxProblem) {
      guard let node = try duplicates.compose() else {
        tell("yaml.empty", "the file is empty", at: TextMark(line: 1, column: 1))
        return
      }
      masked = duplicates.masked
      root = convert(node, depth: 0)
      if isOverLimit { root = nil }
    } catch {
      tell(error.code, error.what, at: error.mark, suggestion: error.suggestion)
    }
  }

  private mutating func convert(_ node: Node, depth: Int) -> YAMLNode {
    nodeCount += 1
    let place = contentPlace(of: node)
    let nothing = YAMLNode(
      content: .scalar("", isPlain: true), mark: source.mark(at: place))
    guard !isOverLimit else { return nothing }
    guard depth <= Self.depthLimit, nodeCount <= Self.nodeLimit else {
      isOverLimit = true
      tell(
        "yaml.limit",
        depth > Self.depthLimit
          ? "nested more than \(Self.depthLimit) deep"
          : "more than \(Self.nodeLimit) values, those of aliases counted each time",
        at: nothing.mark)
      return nothing
    }
    switch node {
    case .scalar(let scalar):
      return YAMLNode(
        content: .scalar(scalar.string, isPlain: scalar.style == .plain || scalar.style == .any),
        mark: source.mark(at: place, count: length(of: scalar, at: place)))
    case .sequence(let sequence):
      return YAMLNode(
        content: .list(sequence.map { convert($0, depth: depth + 1) }),
        mark: source.mark(at: place))
    case .mapping(let mapping):
      return YAMLNode(
        content: .map(fields(of: mapping, depth: depth)), mark: source.mark(at: place))
    case .alias:
      // Yams resolves aliases while composing; this case only serves its emitter.
      return nothing
    }
  }

  private mutating func fields(of mapping: Node.Mapping, depth: Int) -> [YAMLField] {
    var fields: [YAMLField] = []
    var merged: [YAMLField] = []
    for (keyNode, valueNode) in mapping {
      let key = convert(keyNode, depth: depth + 1)
      let value = convert(valueNode, depth: depth + 1)
      guard case .scalar(let name, let isPlain) = key.content else {
        tell("yaml.key", "a key must be text, found \(key.found)", at: key.mark)
        continue
      }
      let place = contentPlace(of: keyNode)
      if let known = masked[place] {
        let quotes = source[place] == "'" || source[place] == "\"" ? 2 : 0
        tell(
          "key.duplicate",
          "the key \(quoted(known.name)) stands twice, first on line \(known.firstLine)",
          at: source.mark(at: place, count: known.name.unicodeScalars.count + quotes),
          suggestion: "remove one of them")
        continue
      }
      if name == "<<", isPlain {
        merged += mergedFields(value, at: key.mark)
      } else {
        fields.append(YAMLField(key: Located(name, at: key.mark), value: value))
      }
    }
    var names = Set(fields.map(\.key.value))
    for field in merged where names.insert(field.key.value).inserted { fields.append(field) }
    return fields
  }

  private mutating func mergedFields(_ value: YAMLNode, at mark: TextMark) -> [YAMLField] {
    switch value.content {
    case .map(let fields): return fields
    case .list(let items): return items.flatMap { mergedFields($0, at: mark) }
    case .scalar:
      tell(
        "yaml.merge", "\"<<\" expects keys and values to take over, found \(value.found)",
        at: mark, suggestion: "write <<: *name, with &name at the keys and values meant")
      return []
    }
  }

  /// Where a node's own text begins, behind its anchor; a tag is a mistake.
  private mutating func contentPlace(of node: Node) -> SourceText.Place {
    guard let mark = node.mark else { return SourceText.Place(line: 0, offset: 0) }
    var place = SourceText.Place(line: mark.line - 1, offset: mark.column - 1)
    while let sign = source[place], sign == "&" || sign == "!" {
      let start = place
      while let next = source[place], next != " ", next != "\t" { place.offset += 1 }
      if sign == "!" {
        tell(
          "yaml.tag", "tags are not read; the key says what its value is",
          at: source.mark(at: start, count: place.offset - start.offset),
          suggestion: "remove it")
      }
      skipBlanks(&place)
    }
    return place
  }

  private func skipBlanks(_ place: inout SourceText.Place) {
    while true {
      while let next = source[place], next == " " || next == "\t" { place.offset += 1 }
      let isLineEnd = source[place] == nil || source[place] == "#"
      guard isLineEnd, place.line + 1 < source.lines.count else { return }
      place = SourceText.Place(line: place.line + 1, offset: 0)
    }
  }

  private func length(of scalar: Node.Scalar, at place: SourceText.Place) -> Int {
    guard source.lines.indices.contains(place.line),
      !scalar.string.isEmpty || source[place] == "'"
        || source[place] == "\""
    else { return 1 }
    let rest = source.lines[place.line].dropFirst(place.offset)
    switch scalar.style {
    case .literal, .folded: return 1
    case .singleQuoted, .doubleQuoted:
      guard let quote = rest.first else { return 1 }
      var isEscaped = false
      for (count, sign) in rest.dropFirst().enumerated() {
        if isEscaped {
          isEscaped = false
        } else if sign == "\\", quote == "\"" {
          isEscaped = true
        } else if sign == quote {
          // A doubled quote inside single quotes goes on.
          let next = rest.dropFirst(count + 2).first
          guard quote == "'", next == "'" else { return count + 2 }
          isEscaped = true
        }
      }
      return rest.count
    default:
      let wanted = Array(scalar.string.unicodeScalars)
      if rest.starts(with: wanted) { return wanted.count }
      return rest.count
    }
  }

  private mutating func tell(
    _ code: String, _ what: String, at mark: TextMark, suggestion: String? = nil
  ) {
    let new = source.diagnostic(code, what, at: mark, suggestion: suggestion)
    // A tag is met once for its key and once for its value's place.
    if !diagnostics.contains(new) { diagnostics.append(new) }
  }
}
