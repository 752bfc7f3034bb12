// `etl-tui retry fix`: one expression for all records of a cause, shown before it is stored.

import ArgumentParser
import ETLKit
import Foundation

struct RetryFix: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fix", abstract: "Mend all records of a cause with one expression.",
    discussion: """
      Names in the expression are the fields of the file. Shows every value before and after, and \
      what would be loaded; --apply stores all of it as one step, which `retry undo` takes back.
      """)

  @Option(help: "The cause, as `retry list` shows it.")
  var reason: Int64

  @Option(
    name: .customLong("set"), help: "The field and its expression: 'deaths := abs(deaths)'.")
  var text: String

  @Flag(help: "Store it.")
  var apply = false

  @Flag(help: "Run the pipeline afterwards.")
  var run = false

  @Option(help: "Show at most so many records.")
  var limit = 20

  @OptionGroup var list: ListOptions
  @OptionGroup var options: WorkspaceOptions

  func validate() throws {
    if run, !apply { throw ValidationError("--run needs --apply") }
  }

  func run() async throws {
    let workspace = try options.existing()
    let reader = WorkspaceReader(workspace)
    let preview = try await reader.fix(reason: reason, FixText(parsing: text))
    show(preview)
    guard apply else {
      if !list.json, !preview.edits.isEmpty {
        Output.write("--apply stores it; nothing was written")
      }
      if preview.passing < preview.items.count { throw ExitCode(1) }
      return
    }
    guard !preview.edits.isEmpty else {
      Output.complain("it changes no record; nothing was stored")
      throw ExitCode(3)
    }
    let act = try workspace.state().edit(
      preview.edits, as: .fix, note: preview.note, by: Person.name)
    if !list.json {
      Output.write(
        "\(Readable.count(act.changed)) edited"
          + (act.skipped > 0 ? ", \(act.skipped) changed meanwhile and left alone" : "")
          + "; etl-tui retry undo takes it back")
    }
    if act.changed == 0 { throw ExitCode(3) }
    if run { return try await RetryRun.run(act.pipelines, in: workspace) }
    if preview.passing < preview.items.count { throw ExitCode(1) }
  }

  private func show(_ preview: FixPreview) {
    if list.json {
      for item in preview.items {
        Output.write(
          EventJSON.line([
            "id": item.id, "before": item.before, "after": item.after ?? "",
            "applies": item.after != nil, "problem": item.problem ?? "",
          ]))
      }
      return
    }
    var table = TextTable(["id", "before", "after", "then"], rightAligned: [0])
    for item in preview.items.prefix(max(0, limit)) {
      table.add([
        "\(item.id)", item.before, item.after ?? "-", item.problem ?? "would be loaded",
      ])
    }
    table.lines.forEach(Output.write)
    if preview.items.count > limit {
      Output.write(
        "\(max(0, limit)) of \(Readable.count(preview.items.count)) records, --limit shows more")
    }
    if let problem = preview.problem { Output.write("it could not be tried: \(problem.what)") }
    Output.write(
      "\(Readable.count(preview.passing)) of \(Readable.count(preview.items.count)) would be loaded"
    )
  }
}
