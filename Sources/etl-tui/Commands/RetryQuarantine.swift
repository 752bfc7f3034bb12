// `etl-tui retry quarantine`: loads that a limit holds back, published or dropped by a person.

import ArgumentParser
import ETLKit
import Foundation

struct RetryQuarantine: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine",
    abstract: "List, publish and drop loads that were held back for too many rejects.",
    subcommands: [QuarantineList.self, QuarantinePublish.self, QuarantineDrop.self])
}

struct QuarantineList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List loads that are held back, newest first.")

  @Argument(help: "Only this pipeline.")
  var pipeline: String?

  @Flag(help: "Also those that were published, dropped or superseded.")
  var all = false

  @OptionGroup var list: ListOptions
  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    let loads = try options.existing().state().heldLoads(isAll: all)
      .filter { pipeline == nil || $0.pipeline == pipeline }
    if list.json { return loads.forEach { Output.write(json($0)) } }
    var table = TextTable(
      ["run", "pipeline", "state", "read", "rejected", "why", "decided by", "note"],
      rightAligned: [0, 3, 4])
    for load in loads {
      table.add([
        "\(load.run)", load.pipeline, load.state.rawValue, Readable.count(load.read),
        Readable.count(load.rejected), load.reason, load.decidedBy ?? "", load.note ?? "",
      ])
    }
    if loads.isEmpty { return Output.write("no load is held back") }
    table.lines.forEach(Output.write)
  }

  private func json(_ load: HeldLoad) -> String {
    EventJSON.line([
      "run": load.run, "pipeline": load.pipeline, "state": load.state.rawValue,
      "held_us": load.at.microseconds, "read": load.read, "rejected": load.rejected,
      "reason": load.reason, "decided_by": load.decidedBy ?? "", "note": load.note ?? "",
    ])
  }
}

struct QuarantinePublish: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish", abstract: "Load what was held back, in spite of its rejects.",
    discussion: """
      Runs the pipeline over exactly the files that the held run fetched; nothing is fetched again.
      Its limit on rejects is left aside, its checks are not.
      """)

  @Argument(help: "The run whose load is held back.")
  var heldRun: Int64

  @Option(help: "Why; kept with your name.")
  var note: String

  @Flag(help: "Events and summary as JSON, one object a line.")
  var json = false
  @Flag(help: "Plain lines, no progress bar.")
  var plain = false
  @OptionGroup var options: WorkspaceOptions

  func run() async throws {
    let workspace = try options.existing()
    let load = try workspace.state().heldLoad(heldRun)
    let command = try RunCommand.parse(
      [load.pipeline, "--held", "\(heldRun)", "--held-note", note, "--workspace", workspace.folder]
        + (json ? ["--json"] : []) + (plain ? ["--plain"] : []))
    try await command.run()
  }
}

struct QuarantineDrop: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop",
    abstract: "Give up what was held back, and the rejects that only it brought.")

  @Argument(help: "The run whose load is held back.")
  var heldRun: Int64

  @Option(help: "Why; kept with your name.")
  var note: String

  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    try options.existing().state().drop(heldRun, by: Person.name, note: note)
    Output.write("the load of run \(heldRun) is dropped")
  }
}
