// `etl-tui test`: runs the tests inside pipeline files and shows what differs.

import ArgumentParser
import ETLKit
import Foundation

struct TestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run the tests inside pipeline files.",
    discussion: """
      Each test runs its pipeline over the texts it gives, in a folder of its own,
      and compares rows, rejected records and checks. The workspace is not touched.

      Exit codes: 0 all hold, 1 a test does not hold, 3 there is a mistake in a file.
      """)

  @Argument(help: "Only these pipelines; all of the workspace if left out.")
  var pipelines: [String] = []

  @Option(help: ArgumentHelp("Only tests with this text in their name.", valueName: "TEXT"))
  var name: String?

  @OptionGroup var list: ListOptions
  @OptionGroup var options: WorkspaceOptions

  func run() async throws {
    let workspace = try options.existing()
    let all = try pipelines.isEmpty ? everyPipeline(of: workspace) : pipelines
    var passed = 0
    var failed = 0
    for pipeline in try all.map({ try workspace.pipeline(named: $0) }) {
      let mistakes = pipeline.testMistakes
      guard mistakes.isEmpty else { throw EngineError(.pipeline(mistakes)) }
      for test in pipeline.tests where name.map(test.name.value.contains) ?? true {
        let result = try await PipelineTest(test, of: pipeline).run()
        if list.json {
          Output.write(EventJSON.line(TestReport.object(of: result)))
        } else {
          TestReport.lines(of: result).forEach(Output.write)
        }
        if result.hasPassed { passed += 1 } else { failed += 1 }
      }
    }
    if !list.json { Output.write(summary(passed: passed, failed: failed)) }
    if failed > 0 { throw ExitCode(1) }
  }

  /// The names of all pipelines; one that cannot be read is refused when its turn comes.
  private func everyPipeline(of workspace: Workspace) throws -> [String] {
    try workspace.pipelines().map(\.name)
  }

  private func summary(passed: Int, failed: Int) -> String {
    let count = passed + failed
    guard count > 0 else {
      return name.map { "no test has \"\($0)\" in its name" }
        ?? "there are no tests; a pipeline file has them under tests:"
    }
    let tests = count == 1 ? "1 test" : "\(Readable.count(count)) tests"
    return failed == 0
      ? "\(tests), all hold"
      : "\(tests), \(Readable.count(failed)) \(failed == 1 ? "does" : "do") not hold"
  }
}
