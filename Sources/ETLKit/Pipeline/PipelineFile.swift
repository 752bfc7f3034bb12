// Reads a pipeline file: text in, a pipeline or all its mistakes out. Touches nothing.

import Records

/// The reader of pipeline files.
public enum PipelineFile {
  /// Reads the text of a file.
  ///
  /// The pipeline is nil when any of the diagnostics is an error; diagnostics stand in the order of
  /// the file.
  public static func read(
    text: String, file: String
  ) -> (pipeline: Pipeline?, diagnostics: [Diagnostic]) {
    let yaml = StrictYAML(text, file: file)
    let reader = PipelineReader(yaml)
    guard let root = yaml.root else { return (nil, reader.sorted) }
    let start = TextMark(line: 1, column: 1)
    guard let fields = PipelineFields(root, .file, at: start, reader: reader) else {
      return (nil, reader.sorted)
    }
    var pipeline = Self.pipeline(fields, text: text, file: file)
    reader.checkGraph()
    guard !reader.hasErrors else {
      reader.checkTypes(of: pipeline, in: root)
      return (nil, reader.sorted)
    }
    pipeline.meaning = PipelineMeaning.text(pipeline)
    return (pipeline, reader.sorted)
  }

  /// What could be read; where a part is missing, that is told.
  private static func pipeline(
    _ fields: PipelineFields, text: String, file: String
  ) -> Pipeline {
    let reader = fields.reader
    _ = fields.choice("etl")
    let head = fields.node("pipeline").flatMap {
      PipelineFields($0, .pipeline, at: fields.mark(of: "pipeline"), reader: reader)
    }
    let name = head?.name("name")
    let summary = head?.text("description")?.value
    let owner = head?.text("owner")?.value
    let timezone = head.flatMap(Self.timezone)
    let variables = Self.variables(fields)
    let sources = fields.node("sources").map {
      Self.sources($0, at: fields.mark(of: "sources"), reader)
    }
    let steps = fields.node("steps").map { Self.steps($0, at: fields.mark(of: "steps"), reader) }
    let checks = fields.node("checks").map {
      Self.checks($0, at: fields.mark(of: "checks"), reader)
    }
    let loads = fields.node("load").map {
      Self.loads($0, at: fields.mark(of: "load"), reader)
    }
    let retry = Self.retry(fields.map("retry", .retry))
    let nowhere = Located("", at: fields.mark)
    var pipeline = Pipeline(
      name: name?.value ?? "", nameMark: name?.mark ?? fields.mark, summary: summary, owner: owner,
      timezone: timezone ?? "UTC",
      variables: variables, file: file, text: text, sources: sources ?? [], steps: steps ?? [],
      checks: (checks ?? []) + (sources ?? []).compactMap(\.freshness),
      load: LoadSpec(from: nowhere, database: nowhere, table: nowhere),
      retry: retry)
    if let loads, !loads.isEmpty { pipeline.loads = loads }
    let testable = Testable(
      variables: variables.keys.sorted(), sources: sources?.map(\.name.value) ?? [],
      checks: checks?.map(\.name.value) ?? [], loads: pipeline.loads.map(pipeline.stage))
    if let node = fields.node("tests") {
      pipeline.tests = Self.tests(node, at: fields.mark(of: "tests"), of: testable, reader)
    }
    return pipeline
  }

  private static func timezone(_ head: PipelineFields) -> String? {
    guard let zone = head.text("timezone") else { return nil }
    if let problem = TimeZoneNames.problem(with: zone.value) {
      head.reader.tell(
        "value.type",
        "\"timezone\" expects a zone of the tz database such as Europe/Rome, found"
          + " \(quoted(zone.value))", at: zone.mark,
        problem.nearest.map(NearestName.words))
    }
    return zone.value
  }

  private static func variables(_ fields: PipelineFields) -> [String: String] {
    var variables: [String: String] = [:]
    for (name, text) in fields.textsByName("vars") where fields.reader.checkedName(name) {
      variables[name.value] = text.value
    }
    return variables
  }
}
