// `etl-tui runs`: what ran, newest first; one run with its stages.

import ArgumentParser
import ETLKit
import Foundation

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List runs, newest first, or show one.")

  @Argument(help: "Only this pipeline.")
  var pipeline: String?

  @Option(help: "Show this run with its stages and log.")
  var show: Int64?

  @Option(help: "At most so many runs.")
  var limit = 20

  @OptionGroup var list: ListOptions
  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    let reader = WorkspaceReader(try options.existing())
    if let show { return try self.show(show, reader) }
    guard case .runs(let rows) = try reader.ask(.runs(pipeline: pipeline, limit: limit))
    else { return }
    if list.json {
      rows.forEach { Output.write(EventJSON.line(object($0))) }
    } else {
      table(rows).forEach(Output.write)
    }
    if rows.isEmpty, !list.json { Output.write("no runs yet; etl-tui run NAME starts one") }
  }

  private func show(_ id: RunID, _ reader: WorkspaceReader) throws {
    guard case .run(let found) = try reader.ask(.run(id, logLimit: 1_000)) else { return }
    guard let found else {
      throw CommandFailure(
        ErrorText("there is no run \(id)", code: "run.unknown", fix: "etl-tui runs"))
    }
    if list.json {
      var object = object(found.run)
      object["stages"] = found.stages.map { stage -> [String: Any] in
        [
          "name": stage.name, "kind": stage.kind.rawValue, "state": stage.state.rawValue,
          "in": stage.rowsIn, "out": stage.rowsOut, "filtered": stage.filtered,
          "unmatched": stage.unmatched, "rejected": stage.rejected,
        ]
      }
      object["notes"] = found.notes
      Output.write(EventJSON.line(object))
      return
    }
    table([found.run]).forEach(Output.write)
    for stage in found.stages {
      Output.write(
        "  \(stage.name) (\(stage.kind.rawValue), \(stage.state.rawValue)): "
          + "\(Readable.count(stage.rowsIn)) in, \(Readable.count(stage.rowsOut)) out"
          + (stage.filtered > 0 ? ", \(Readable.count(stage.filtered)) filtered" : "")
          + (stage.unmatched > 0 ? ", \(Readable.count(stage.unmatched)) unmatched" : "")
          + (stage.rejected > 0 ? ", \(Readable.count(stage.rejected)) rejected" : ""))
    }
    for check in found.checks {
      Output.write("  check \(check.name): \(check.outcome.rawValue), \(check.found)")
    }
    for line in found.log {
      Output.write(
        "  \(line.level.rawValue) \(line.stage.map { "\($0): " } ?? "")\(Shown.text(line.text))")
    }
  }

  private func table(_ rows: [RunRow]) -> [String] {
    var table = TextTable(
      [
        "run", "pipeline", "state", "read", "inserted", "updated", "unchanged", "rejected",
        "error",
      ], rightAligned: [0, 3, 4, 5, 6, 7])
    for row in rows {
      let counts = [row.read, row.inserted, row.updated, row.unchanged, row.rejected]
      table.add(
        ["\(row.id)", row.pipeline, row.state.rawValue] + counts.map(Readable.count)
          + [row.error ?? ""])
    }
    return table.lines
  }

  private func object(_ row: RunRow) -> [String: Any] {
    var result: [String: Any] = [
      "run": row.id, "pipeline": row.pipeline, "kind": row.kind.rawValue,
      "state": row.state.rawValue, "read": row.read, "inserted": row.inserted,
      "updated": row.updated, "unchanged": row.unchanged, "filtered": row.filtered,
      "unmatched": row.unmatched, "rejected": row.rejected, "error": row.error ?? "",
    ]
    if let started = row.started { result["started_us"] = started.microseconds }
    if let finished = row.finished { result["finished_us"] = finished.microseconds }
    return result
  }
}
