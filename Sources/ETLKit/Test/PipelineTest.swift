// One test of a pipeline file: the engine itself, in a folder of its own that is thrown away.

import Foundation
import GRDB
import Records

/// A test that can be run.
public struct PipelineTest: Sendable {
  /// The test.
  public let test: TestSpec
  let pipeline: Pipeline

  /// Prepares a test of a pipeline.
  public init(_ test: TestSpec, of pipeline: Pipeline) {
    self.test = test
    var pipeline = pipeline
    for variable in test.variables {
      pipeline.variables[variable.name.value] = variable.text.value
    }
    self.pipeline = pipeline
  }

  /// Runs the pipeline over the given texts and compares what comes out.
  ///
  /// Touches nothing but a temporary folder. Throws `pipeline` with the test's mistakes, or what
  /// kept it from beginning.
  public func run() async throws(EngineError) -> TestResult {
    guard mistakes.isEmpty else { throw EngineError(.pipeline(mistakes)) }
    let folder = try TemporaryFolder("etl-test")
    let bench = try TestBench(test, pipeline, folder: folder.path)
    var result = TestResult(
      pipeline: pipeline.name, name: test.name.value, file: pipeline.file, mark: test.name.mark)
    let (summary, workspace) = try await bench.run(bench.whole, name: "load")
    compareEnd(summary, &result)
    try compareRejects(workspace, &result)
    compareChecks(summary, &result)
    for rows in test.expected where result.problem == nil {
      let stage = rows.stage.value
      let columns = try columns(of: stage)
      if let load = pipeline.load(at: stage) {
        try compare(rows, columns, try bench.table(load.table.value, of: "load"), &result)
        continue
      }
      let (summary, _) = try await bench.run(bench.whole.giving(stage), name: stage)
      if let error = summary.error {
        if error.code != test.error?.value { result.problem = error }
      } else {
        try compare(rows, columns, try bench.table("rows", of: stage), &result)
      }
    }
    return result
  }

  private func compareEnd(_ summary: RunSummary, _ result: inout TestResult) {
    guard let expected = test.error?.value else {
      // What a check of the test finds is compared with what it should find.
      let isChecked = summary.checks.contains { $0.outcome == .fail }
      if summary.error?.code != "check.set" || !isChecked { result.problem = summary.error }
      return
    }
    guard summary.error?.code != expected else { return }
    result.problem =
      summary.error
      ?? ErrorText(
        "the run ended \(summary.state.rawValue), the error \(expected) was expected",
        code: "test.error")
  }

  private func compareChecks(_ summary: RunSummary, _ result: inout TestResult) {
    for check in test.checks {
      let found = summary.checks.first { $0.name == check.name.value }
      guard found?.outcome.rawValue != check.text.value else { continue }
      result.checks.append(
        TestResult.Check(
          name: check.name.value, expected: check.text.value,
          outcome: found?.outcome.rawValue ?? CheckOutcome.skip.rawValue,
          found: found?.found ?? "it did not run"))
    }
  }

  private func compare(
    _ rows: TestSpec.Rows, _ columns: [TargetTable.Column],
    _ found: [[String: SQLiteValue]], _ result: inout TestResult
  ) throws(EngineError) {
    guard let table = ExpectedTable(rows.text.value) else { return }
    let types = table.names.map { name in columns.first { $0.name == name }?.type ?? .text }
    let source = SourceText(pipeline.text, file: pipeline.file)
    let expected = table.rows.map { row in
      TestResult.Row(
        cells: zip(row.cells, types).map { TestValue.expected($0, as: $1) },
        line: source.mark(of: row.range, in: rows.text.value, at: rows.text.mark).line)
    }
    let cells = found.map { row in
      zip(table.names, types).map { TestValue.found(row[$0] ?? .null, as: $1) }
    }
    let named = (pipeline.load(at: rows.stage.value) ?? pipeline.load).key
    let key = named.compactMap { table.names.firstIndex(of: $0.value) }
    let comparison = RowComparison(
      columns: table.names, key: key.count == named.count ? key : [],
      isOrdered: rows.isOrdered)
    if let difference = comparison.difference(rows.stage.value, expected: expected, found: cells) {
      result.differences.append(difference)
    }
  }

  private func compareRejects(
    _ workspace: Workspace, _ result: inout TestResult
  ) throws(EngineError) {
    var found = try FoundReject.all(in: workspace, of: pipeline)
    for wanted in test.rejects {
      if let place = found.firstIndex(where: { $0.fits(wanted) }) {
        found.remove(at: place)
      } else {
        result.missingRejects.append(wanted.words)
      }
    }
    result.unexpectedRejects = found.map(\.words)
  }
}
