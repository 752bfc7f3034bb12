// What is wrong with a test before it runs: columns that a stage has not, values that are none.

import Records

extension Pipeline {
  /// The mistakes in the pipeline's tests that need types to be seen; none if the pipeline itself
  /// has mistakes.
  public var testMistakes: [Diagnostic] {
    guard !tests.isEmpty, (try? PipelinePlan(self)) != nil else { return [] }
    return tests.flatMap { PipelineTest($0, of: self).mistakes }
  }

  /// The pipeline with a stage's rows as they are for its load, and nothing that could stop them.
  func giving(_ stage: String, into database: String = "") -> Pipeline {
    var pipeline = self
    let mark = load.from.mark
    pipeline.load = LoadSpec(
      from: Located(stage, at: mark), database: Located(database, at: mark),
      table: Located("rows", at: mark), mode: .append)
    pipeline.checks = []
    for index in pipeline.sources.indices { pipeline.sources[index].freshness = nil }
    pipeline.retry.limit = RejectLimit(rejects: nil)
    return pipeline
  }
}

extension PipelineTest {
  /// The mistakes of the test that need types to be seen.
  var mistakes: [Diagnostic] {
    test.expected.flatMap { rows -> [Diagnostic] in
      let columns: [TargetTable.Column]
      do throws(EngineError) {
        columns = try self.columns(of: rows.stage.value)
      } catch {
        guard case .pipeline(let found) = error.problem else { return [] }
        return [
          pipeline.diagnostic(
            "test.stage",
            "the rows of \(rows.stage.value) cannot be compared: \(found.first?.what ?? "")",
            at: rows.stage.mark, suggestion: "expect the rows of a later stage")
        ]
      }
      return mistakes(in: rows, columns)
    }
  }

  /// The columns of a stage, or of the destination's table.
  func columns(of stage: String) throws(EngineError) -> [TargetTable.Column] {
    let isLoad = pipeline.load(at: stage) != nil
    let plan = try PipelinePlan(isLoad ? pipeline : pipeline.giving(stage))
    return (plan.loads.first { !isLoad || $0.stage == stage })?.table.columns ?? []
  }

  private func mistakes(
    in rows: TestSpec.Rows, _ columns: [TargetTable.Column]
  ) -> [Diagnostic] {
    guard let table = ExpectedTable(rows.text.value) else {
      return [
        pipeline.diagnostic(
          "test.rows", "the expected rows have no header", at: rows.text.mark,
          suggestion: columns.map(\.name).joined(separator: ","))
      ]
    }
    let source = SourceText(pipeline.text, file: pipeline.file)
    func diagnostic(
      _ code: String, _ what: String, at range: Range<Int>, _ suggestion: String?
    ) -> Diagnostic {
      source.diagnostic(
        code, what, at: source.mark(of: range, in: rows.text.value, at: rows.text.mark),
        suggestion: suggestion)
    }
    var mistakes: [Diagnostic] = []
    var types: [ValueType?] = []
    for (name, range) in zip(table.names, table.nameRanges) {
      let column = columns.first { $0.name == name }
      types.append(column?.type)
      if table.names.count(where: { $0 == name }) > 1 {
        mistakes.append(
          diagnostic(
            "column.duplicate", "\(quoted(name)) stands twice in the header", at: range,
            "remove one of them"))
      } else if column == nil {
        mistakes.append(
          diagnostic(
            "column.unknown", "\(rows.stage.value) has no column \(quoted(name))", at: range,
            NearestName.suggestion(for: name, among: columns.map(\.name))
              ?? "it has \(columns.map(\.name).joined(separator: ", "))"))
      }
    }
    for row in table.rows {
      if row.fault != nil {
        mistakes.append(
          diagnostic("test.rows", "a quote of this row is not closed", at: row.range, nil))
      } else if row.cells.count != table.names.count {
        mistakes.append(
          diagnostic(
            "test.rows",
            "the row has \(row.cells.count) values, the header \(table.names.count) names",
            at: row.range, nil))
      } else {
        for (place, cell) in row.cells.enumerated() {
          guard let type = types[place], !TestValue.isValue(cell, of: type) else { continue }
          mistakes.append(
            diagnostic(
              "value.type",
              "\(quoted(cell)) is no value of \(table.names[place]), which is"
                + " \(type.name)", at: row.fields[place], nil))
        }
      }
    }
    return mistakes
  }
}
