// `etl-tui why`: from a loaded row back to its file, its line and every step.

import ArgumentParser
import ETLKit
import Foundation

struct WhyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Show where a loaded row comes from, and what each step did.",
    discussion: """
      The key is written as in the table: etl-tui why covid_daily 2021-08-05.
      A table without a key takes column=value.

      With load.lineage the row names its record. Without it, kept files are evaluated again until a
      record gives the row.
      """)

  @Argument(help: "The table.")
  var table: String
  @Argument(help: "A value for each column of the key.")
  var key: [String] = []

  @OptionGroup var list: ListOptions
  @OptionGroup var options: WorkspaceOptions

  func run() async throws {
    let trace = try await options.existing().why(table: table, key: key)
    if list.json { return Output.write(EventJSON.line(Self.object(trace))) }
    for line in Self.lines(trace) { Output.write(Shown.text(line)) }
  }

  static func lines(_ trace: RowTrace) -> [String] {
    var rows: [(head: String, text: String)] = [("row", values(trace.row))]
    if let load = trace.load {
      rows.append(
        (
          "load",
          "\(load.id) of run \(load.run), \(Readable.moment(load.committed)), \(trace.pipeline)"
            + (load.version.map { ", plan version \($0)" } ?? "")
        ))
    }
    if let file = trace.file {
      let member = file.member.isEmpty ? "" : " (\(file.member))"
      rows.append(
        (
          "file",
          file.uri + member + (file.commit.map { ", commit \($0)" } ?? "")
            + ", fetched \(Readable.moment(file.fetched))"
        ))
    }
    if let lines = trace.lines {
      let number =
        lines.count == 1
        ? "line \(lines.lowerBound)" : "lines \(lines.lowerBound) to \(lines.upperBound)"
      rows.append(("line", number + (trace.offset.map { ", byte \($0)" } ?? "")))
    }
    if let raw = trace.raw { rows.append(("raw", raw)) }
    if let original = trace.original {
      rows.append(("was", original + (trace.mendedBy.map { ", mended by \($0)" } ?? "")))
    }
    var before: [RowTrace.Value] = []
    for stage in trace.stages {
      rows.append((stage.name, effect(of: stage, after: before)))
      before = stage.values
    }
    rows += trace.notes.map { ("note", $0) }
    let width = rows.map(\.head.count).max() ?? 0
    return ["\(trace.table)"]
      + rows.map { head, text in
        "  " + head + String(repeating: " ", count: width - head.count + 2) + text
      }
  }

  /// What a stage did to the values before it.
  private static func effect(of stage: RowTrace.Stage, after before: [RowTrace.Value]) -> String {
    guard !before.isEmpty else { return values(stage.values) }
    var parts: [String] = []
    for value in stage.values {
      let text = value.value ?? "null"
      if let old = before.first(where: { $0.name == value.name }) {
        if old.value != value.value {
          parts.append("\(value.name) \(old.value ?? "null") becomes \(text)")
        }
      } else {
        parts.append("adds \(value.name) \(text)")
      }
    }
    let gone = before.map(\.name).filter { name in !stage.values.contains { $0.name == name } }
    if !gone.isEmpty { parts.append("leaves out " + gone.joined(separator: ", ")) }
    if let partner = stage.partner { parts.append("with \(partner)") }
    return parts.isEmpty ? "as before" : parts.joined(separator: "; ")
  }

  private static func values(_ values: [RowTrace.Value]) -> String {
    values.map { "\($0.name) \($0.value ?? "null")" }.joined(separator: ", ")
  }

  private static func object(_ trace: RowTrace) -> [String: Any] {
    func object(_ values: [RowTrace.Value]) -> [String: Any] {
      Dictionary(values.map { ($0.name, ($0.value ?? NSNull()) as Any) }) { first, _ in first }
    }
    var result: [String: Any] = [
      "pipeline": trace.pipeline, "table": trace.table, "row": object(trace.row),
      "notes": trace.notes,
      "stages": trace.stages.map { stage -> [String: Any] in
        [
          "name": stage.name, "kind": stage.kind.rawValue, "values": object(stage.values),
          "partner": stage.partner ?? "",
        ]
      },
    ]
    if let load = trace.load {
      result["load"] = load.id
      result["run"] = load.run
      result["committed_us"] = load.committed.microseconds
      result["plan_version"] = load.version
    }
    if let file = trace.file {
      result["file"] = file.uri
      result["member"] = file.member
      result["commit"] = file.commit
    }
    result["line"] = trace.lines?.lowerBound
    result["last_line"] = trace.lines?.upperBound
    result["offset"] = trace.offset
    result["raw"] = trace.raw
    result["original"] = trace.original
    result["mended_by"] = trace.mendedBy
    return result
  }
}
