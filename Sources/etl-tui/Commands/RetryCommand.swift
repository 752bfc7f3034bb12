// `etl-tui retry`: the queue of records that could not be loaded.

import ArgumentParser
import ETLKit
import Foundation

struct RetryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "List, show, mend, rerun and discard records that could not be loaded.",
    subcommands: [
      RetryList.self, RetryShow.self, RetryRun.self, RetryEdit.self, RetryFix.self,
      RetryExport.self, RetryImport.self, RetryDiscard.self, RetryPurge.self, RetryUndo.self,
      RetryRedo.self, RetryQuarantine.self,
    ])
}

struct RetryList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List causes, or the records of one.")

  @Argument(help: "Only this pipeline.")
  var pipeline: String?

  @Option(help: "The records of this cause.")
  var reason: Int64?

  @Flag(help: "Records instead of causes.")
  var records = false

  @Option(help: "At most so many records.")
  var limit = 1_000

  @OptionGroup var list: ListOptions
  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    let reader = WorkspaceReader(try options.existing())
    if reason != nil || records {
      guard case .records(let found) = try reader.ask(.records(reason: reason, limit: limit))
      else { return }
      let rows = found.rows.filter { pipeline == nil || $0.pipeline == pipeline }
      show(rows)
      if !list.json, found.total > found.rows.count {
        Output.write("\(found.rows.count) of \(found.total) records, --limit shows more")
      }
      return
    }
    guard case .causes(let causes) = try reader.ask(.causes) else { return }
    let shown = causes.filter { pipeline == nil || $0.pipeline == pipeline }
    show(shown)
    if shown.isEmpty, !list.json { Output.write("the retry queue is empty") }
  }

  private func show(_ causes: [CauseRow]) {
    if list.json { return causes.forEach { Output.write(json($0)) } }
    var table = TextTable(
      ["reason", "records", "pipeline", "stage", "cause", "code", "next try"],
      rightAligned: [0, 1])
    for cause in causes {
      table.add([
        "\(cause.id)", Readable.count(cause.count), cause.pipeline, cause.stage, cause.text,
        cause.code, cause.nextTry,
      ])
    }
    table.lines.forEach(Output.write)
  }

  private func show(_ rows: [RecordRow]) {
    if list.json { return rows.forEach { Output.write(json($0)) } }
    var table = TextTable(
      ["id", "pipeline", "line", "key", "value", "state", "tries"], rightAligned: [0, 6])
    for row in rows {
      table.add([
        "\(row.id)", row.pipeline, "\(row.source):\(row.line)", row.key ?? "-", row.value,
        row.state.rawValue, "\(row.attempts)",
      ])
    }
    table.lines.forEach(Output.write)
  }

  private func json(_ cause: CauseRow) -> String {
    EventJSON.line([
      "reason": cause.id, "pipeline": cause.pipeline, "stage": cause.stage, "code": cause.code,
      "column": cause.column ?? "", "text": cause.text, "count": cause.count,
      "oldest_us": cause.oldest.microseconds, "next_try": cause.nextTry,
    ])
  }

  private func json(_ row: RecordRow) -> String {
    EventJSON.line([
      "id": row.id, "reason": row.reason, "pipeline": row.pipeline, "source": row.source,
      "line": row.line, "key": row.key ?? "", "value": row.value, "attempts": row.attempts,
      "state": row.state.rawValue, "first_seen_us": row.firstSeen.microseconds,
    ])
  }
}

struct RetryShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a record: its raw line, every error, what was tried.")

  @Argument(help: "The record's number.")
  var id: Int64

  @OptionGroup var list: ListOptions
  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    let reader = WorkspaceReader(try options.existing())
    guard case .record(let found) = try reader.ask(.record(id)) else { return }
    guard let found else {
      throw CommandFailure(
        ErrorText(
          "there is no record \(id)", code: "queue.unknown_record",
          fix: "etl-tui retry list --records"))
    }
    if list.json {
      Output.write(
        EventJSON.line([
          "id": found.row.id, "pipeline": found.row.pipeline, "source": found.row.source,
          "file": found.file, "line": found.row.line, "last_line": found.lastLine,
          "offset": found.offset, "key": found.row.key ?? "", "raw": found.raw,
          "original": found.original ?? found.raw, "errors": found.errors,
          "state": found.row.state.rawValue,
          "attempts": found.row.attempts, "wake": found.wake,
          "resolution": found.resolution ?? "",
        ]))
      return
    }
    Output.write(
      "record \(id) of \(found.row.pipeline), \(found.row.state.rawValue), \(found.wake)")
    Output.write("  in \(Shown.text(found.file)):\(found.row.line), byte \(found.offset)")
    if let key = found.row.key { Output.write("  key \(Shown.text(key))") }
    for error in found.errors { Output.write("  \(Shown.text(error))") }
    Output.write("  raw \(Shown.text(found.raw))")
    if let original = found.original { Output.write("  was \(Shown.text(original))") }
    for field in found.fields {
      let fault = field.fault.map { "   ← \(Shown.text($0))" } ?? ""
      Output.write("    \(Shown.text(field.name)) = \(Shown.text(field.value))\(fault)")
    }
    for attempt in found.attempts {
      Output.write(
        "  run \(attempt.run) \(attempt.outcome)"
          + (attempt.text.isEmpty ? "" : ": \(Shown.text(attempt.text))"))
    }
    for change in found.changes {
      let note = change.note.map { ": \(Shown.text($0))" } ?? ""
      Output.write(
        "  \(Shown.text(change.actor)) \(change.action)\(note)"
          + (change.isUndone ? " (undone)" : ""))
    }
    if let resolution = found.resolution { Output.write("  ended: \(Shown.text(resolution))") }
  }
}

struct RetryRun: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Try records again now.",
    discussion: "Marks the records as asked for, then runs their pipelines, one after the other.")

  @OptionGroup var selection: RecordSelection
  @Flag(help: "Events and summary as JSON, one object a line.")
  var json = false
  @Flag(help: "Plain lines, no progress bar.")
  var plain = false
  @OptionGroup var options: WorkspaceOptions

  func run() async throws {
    let workspace = try options.existing()
    let act = try workspace.state().ask(selection.value(), by: Person.name)
    guard act.changed > 0 else {
      Output.complain("no open record to try again; etl-tui retry list names them")
      throw ExitCode(3)
    }
    Output.complain(
      "\(act.changed) record\(act.changed == 1 ? "" : "s") asked for"
        + (act.skipped > 0 ? ", \(act.skipped) left alone" : ""))
    try await Self.run(act.pipelines, in: workspace, json: json, plain: plain)
  }

  /// Runs pipelines one after the other; exits with the worst of their codes.
  static func run(
    _ pipelines: [String], in workspace: Workspace, json: Bool = false, plain: Bool = false
  ) async throws {
    var worst: Int32 = 0
    for name in pipelines {
      let command = try RunCommand.parse(
        [name, "--kind", RunKind.retry.rawValue, "--workspace", workspace.folder]
          + (json ? ["--json"] : []) + (plain ? ["--plain"] : []))
      do {
        try await command.run()
      } catch let code as ExitCode {
        worst = max(worst, code.rawValue)
      }
    }
    if worst != 0 { throw ExitCode(worst) }
  }
}

struct RetryDiscard: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "discard", abstract: "Give records up; `retry undo` brings them back.")

  @OptionGroup var selection: RecordSelection
  @Option(help: "Why.")
  var note = ""
  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    let act = try options.existing().state().discard(
      selection.value(), by: Person.name, note: note)
    Output.write(
      "\(act.changed) discarded" + (act.skipped > 0 ? ", \(act.skipped) left alone" : "")
        + (act.changed > 0 ? "; etl-tui retry undo brings them back" : ""))
    if act.changed == 0 { throw ExitCode(3) }
  }
}

/// Who acts, for the journal.
enum Person {
  static var name: String {
    let environment = ProcessInfo.processInfo.environment
    return environment["SUDO_USER"] ?? environment["USER"] ?? NSUserName()
  }
}
