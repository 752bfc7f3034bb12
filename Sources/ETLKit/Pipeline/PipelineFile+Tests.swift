// Reads the tests of a pipeline file. Touches nothing.

import Records

extension PipelineFile {
  /// What tests can name.
  struct Testable {
    var variables: [String]
    var sources: [String]
    var checks: [String]
    var loads: [String]
  }

  static func tests(
    _ node: YAMLNode, at mark: TextMark, of known: Testable, _ reader: PipelineReader
  ) -> [TestSpec] {
    guard case .list(let items) = node.content else {
      reader.tell(
        "value.type", "\"tests\" expects a list, found \(node.found)",
        at: node.isNothing ? mark : node.mark, "begin each test with \"- name: …\"")
      return []
    }
    let tests = items.compactMap { test($0, of: known, reader) }
    var seen: [String: TextMark] = [:]
    for test in tests {
      if let first = seen[test.name.value] {
        reader.tell(
          "name.duplicate",
          "there is a test \(quoted(test.name.value)) already, on line \(first.line)",
          at: test.name.mark, "give one of them another name")
      } else {
        seen[test.name.value] = test.name.mark
      }
    }
    return tests
  }

  private static func test(
    _ node: YAMLNode, of known: Testable, _ reader: PipelineReader
  ) -> TestSpec? {
    guard let fields = PipelineFields(node, .test, at: node.mark, reader: reader) else {
      return nil
    }
    let name = fields.text("name")
    let stages = reader.stages.map(\.value).filter { !known.sources.contains($0) }
    let test = TestSpec(
      name: name ?? Located("", at: node.mark),
      given: blocks("given", of: fields, "source", known.sources),
      variables: blocks("vars", of: fields, "variable", known.variables),
      date: day(fields),
      expected: fields.has("expect") ? rows(fields, known.sources + stages + known.loads) : [],
      rejects: rejects(fields, known), checks: outcomes(fields, known.checks),
      error: fields.text("error"))
    if !fields.has("expect"), !fields.has("rejects"), !fields.has("checks"), !fields.has("error") {
      reader.tell(
        "key.missing", "a test needs one of the keys expect, rejects, checks or error",
        at: node.mark, "expect: " + (KeyTable.test["expect"]?.help ?? ""))
    }
    return name == nil ? nil : test
  }

  /// Texts by names of the file, each name one that is there.
  private static func blocks(
    _ key: String, of fields: PipelineFields, _ what: String, _ known: [String]
  ) -> [TestSpec.Block] {
    fields.textsByName(key).map { name, text in
      require(name, among: known, what, fields.reader)
      return TestSpec.Block(name: name, text: text)
    }
  }

  private static func require(
    _ name: Located<String>, among known: [String], _ what: String, _ reader: PipelineReader
  ) {
    guard !known.contains(name.value) else { return }
    reader.tell(
      "name.unknown", "there is no \(what) \(quoted(name.value))", at: name.mark,
      NearestName.suggestion(for: name.value, among: known)
        ?? (known.isEmpty
          ? "the pipeline has none" : "known here: " + known.joined(separator: ", ")))
  }

  private static func day(_ fields: PipelineFields) -> Int64? {
    guard let text = fields.text("date") else { return nil }
    guard let day = Bound(text.value, of: .date) else {
      fields.reader.tell(
        "value.type", "\"date\" expects a day such as 2024-02-29, found \(quoted(text.value))",
        at: text.mark)
      return nil
    }
    return day.slot
  }

  private static func rows(_ fields: PipelineFields, _ stages: [String]) -> [TestSpec.Rows] {
    guard let node = fields.node("expect"), case .map(let all) = node.content else {
      fields.node("expect").map { fields.tellType($0, "expect") }
      return []
    }
    return all.compactMap { field in
      require(field.key, among: stages, "stage", fields.reader)
      if case .map = field.value.content {
        guard
          let table = PipelineFields(
            field.value, .testRows, at: field.key.mark, reader: fields.reader),
          let text = table.text("rows")
        else { return nil }
        return TestSpec.Rows(
          stage: field.key, text: text, isOrdered: table.boolean("ordered") ?? false)
      }
      guard case .scalar(let text, _) = field.value.content, !field.value.isNothing else {
        fields.reader.tell(
          "value.type",
          "\(quoted(field.key.value)) expects rows as CSV, found \(field.value.found)",
          at: field.value.isNothing ? field.key.mark : field.value.mark,
          "write |, and a header and rows in the lines below")
        return nil
      }
      return TestSpec.Rows(stage: field.key, text: Located(text, at: field.value.mark))
    }
  }

  private static func rejects(
    _ fields: PipelineFields, _ known: Testable
  ) -> [TestSpec.Reject] {
    guard let node = fields.node("rejects") else { return [] }
    guard case .list(let items) = node.content else {
      fields.tellType(node, "rejects")
      return []
    }
    return items.compactMap { item in
      guard let reject = PipelineFields(item, .testReject, at: item.mark, reader: fields.reader)
      else { return nil }
      let source = reject.text("source")
      if let source { require(source, among: known.sources, "source", fields.reader) }
      let code = reject.text("code")
      if let code {
        require(code, among: RecordFault.Code.allCases.map(\.rawValue), "reason", fields.reader)
      }
      let wake = reject.text("wake")
      if let wake { checkWake(wake, fields.reader) }
      guard let code else { return nil }
      return TestSpec.Reject(
        mark: item.mark, source: source?.value, line: reject.integer("line"), code: code.value,
        column: reject.text("column")?.value, wake: wake?.value)
    }
  }

  private static func checkWake(_ wake: Located<String>, _ reader: PipelineReader) {
    let prefix = "change:"
    guard wake.value.hasPrefix(prefix) else {
      require(wake, among: Wake.allCases.map(\.rawValue), "wake", reader)
      return
    }
    let stage = Located(String(wake.value.dropFirst(prefix.count)), at: wake.mark)
    require(stage, among: reader.stages.map(\.value), "stage", reader)
  }

  private static func outcomes(
    _ fields: PipelineFields, _ known: [String]
  ) -> [TestSpec.Block] {
    let all = blocks("checks", of: fields, "check", known)
    for check in all {
      require(
        check.text, among: CheckOutcome.allCases.map(\.rawValue), "outcome", fields.reader)
    }
    return all
  }
}
