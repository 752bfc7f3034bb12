// Lists and pairs of names under a key. Touches nothing.

extension PipelineFields {
  /// One text or a list of texts; empty ones are texts too.
  func texts(_ key: String) -> [Located<String>]? {
    guard let node = node(key) else { return nil }
    switch node.content {
    case .list(let items): return items.compactMap { scalar($0, of: key) }
    case .scalar: return scalar(node, of: key).map { [$0] }
    case .map:
      tellType(node, key)
      return nil
    }
  }

  /// One name or a list of names; none twice, not empty.
  func names(_ key: String) -> [Located<String>] {
    guard let node = node(key) else { return [] }
    let all = texts(key) ?? []
    if all.isEmpty, case .list(let items) = node.content, items.isEmpty {
      reader.tell("value.empty", "\"\(key)\" must not be empty", at: mark(of: key))
    }
    return distinct(all, in: key)
  }

  /// Lists of names, each a name or a list of them; no list empty, no name twice in one.
  func groups(_ key: String) -> [[Located<String>]] {
    guard let node = node(key) else { return [] }
    guard case .list(let items) = node.content else {
      tellType(node, key)
      return []
    }
    if items.isEmpty {
      reader.tell("value.empty", "\"\(key)\" must not be empty", at: mark(of: key))
    }
    return items.compactMap { item in
      switch item.content {
      case .scalar: return scalar(item, of: key).map { [$0] }
      case .list(let names):
        if names.isEmpty {
          reader.tell("value.empty", "a list in \"\(key)\" must not be empty", at: item.mark)
          return nil
        }
        return distinct(names.compactMap { scalar($0, of: key) }, in: key)
      case .map:
        tellType(item, key)
        return nil
      }
    }
  }

  /// One stage or a list of them; whether they exist is looked at when all are known.
  func stages(_ key: String, by user: String?) -> [Located<String>] {
    let all = names(key)
    for name in all { reader.refer(to: name, by: user) }
    return all
  }

  /// The same names without repetitions, which are told.
  private func distinct(_ names: [Located<String>], in key: String) -> [Located<String>] {
    var seen: [String: Located<String>] = [:]
    return names.filter { name in
      guard let first = seen[name.value] else {
        seen[name.value] = name
        return true
      }
      reader.tell(
        "column.duplicate",
        "\(quoted(name.value)) stands twice in \"\(key)\", first at"
          + " \(first.mark.line):\(first.mark.column)", at: name.mark, "remove one of them")
      return false
    }
  }

  /// Names, or pairs `first: second`; a name alone is a pair of itself.
  func pairs(_ key: String) -> [(first: Located<String>, second: Located<String>)] {
    guard let node = node(key) else { return [] }
    var pairs: [(first: Located<String>, second: Located<String>)] = []
    collectPairs(node, key, into: &pairs)
    if pairs.isEmpty {
      switch node.content {
      case .list(let items) where items.isEmpty:
        reader.tell("value.empty", "\"\(key)\" must not be empty", at: mark(of: key))
      case .map(let fields) where fields.isEmpty:
        reader.tell("value.empty", "\"\(key)\" must not be empty", at: mark(of: key))
      default: break
      }
    }
    return pairs
  }

  private func collectPairs(
    _ node: YAMLNode, _ key: String,
    into pairs: inout [(first: Located<String>, second: Located<String>)]
  ) {
    switch node.content {
    case .map(let fields):
      for field in fields {
        guard let second = scalar(field.value, of: key) else { continue }
        pairs.append((field.key, second))
      }
    case .list(let items):
      for item in items {
        if case .list = item.content {
          tellType(item, key)
        } else {
          collectPairs(item, key, into: &pairs)
        }
      }
    case .scalar:
      guard let name = scalar(node, of: key) else { return }
      pairs.append((name, name))
    }
  }

  /// Names of our own with a text each.
  func textsByName(_ key: String) -> [(name: Located<String>, text: Located<String>)] {
    guard let node = node(key) else { return [] }
    guard case .map(let fields) = node.content else {
      tellType(node, key)
      return []
    }
    return fields.compactMap { field in
      guard case .scalar(let text, _) = field.value.content, !field.value.isNothing else {
        reader.tell(
          "value.type", "\(quoted(field.key.value)) expects text, found \(field.value.found)",
          at: field.value.isNothing ? field.key.mark : field.value.mark)
        return nil
      }
      return (field.key, Located(text, at: field.value.mark))
    }
  }
}

extension PipelineReader {
  /// Tells columns that have the same name, or names that differ only in case.
  ///
  /// SQLite and most databases take `id` and `ID` for one column, so a table cannot hold both.
  func checkColumnNames(_ names: [Located<String>]) {
    var seen: [String: Located<String>] = [:]
    for name in names {
      let folded = name.value.lowercased()
      guard let first = seen[folded] else {
        seen[folded] = name
        continue
      }
      let place = "\(first.mark.line):\(first.mark.column)"
      if first.value == name.value {
        tell(
          "column.duplicate",
          "there is a column \(quoted(name.value)) already, at \(place)", at: name.mark,
          "give one of them another name")
      } else {
        tell(
          "column.case",
          "the columns \(quoted(first.value)) at \(place) and \(quoted(name.value)) differ only in"
            + " case; a table cannot hold both", at: name.mark, "give one of them another name")
      }
    }
  }
}
