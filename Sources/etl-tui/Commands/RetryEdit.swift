// `etl-tui retry edit`: one record mended field by field, judged and tried before it is stored.

import ArgumentParser
import ETLKit
import Foundation

struct RetryEdit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit", abstract: "Mend a record: change its fields, or its raw line.",
    discussion: """
      Says what the pipeline's rules think of the record and which row would change, stores the \
      edit, and asks for the record to be tried by the next run. Without --set, --raw or --undo it \
      only says what it would say.
      """)

  @Argument(help: "The record's number.")
  var id: Int64

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: "A field and its value: 'cases=12'; may be given several times.")
  var changes: [String] = []

  @Option(help: "The whole raw record, as the file should have had it.")
  var raw: String?

  @Flag(help: "Take the newest edit of this record back.")
  var undo = false

  @Flag(help: "Only say what would be; store nothing.")
  var dryRun = false

  @Flag(help: "Run the pipeline afterwards.")
  var run = false

  @OptionGroup var list: ListOptions
  @OptionGroup var options: WorkspaceOptions

  func validate() throws {
    let ways = (changes.isEmpty ? 0 : 1) + (raw == nil ? 0 : 1) + (undo ? 1 : 0)
    if ways > 1 { throw ValidationError("give --set, --raw or --undo, not several of them") }
  }

  func run() async throws {
    let workspace = try options.existing()
    if undo { return try takeBack(workspace) }
    let reader = WorkspaceReader(workspace)
    let draft = try reader.draft(
      of: id,
      setting: try changes.map { text throws(EngineError) in
        try FieldChange(parsing: text)
      }, raw: raw.map { Array($0.utf8) })
    let trial = try await reader.trial(of: draft)
    var isStored = false
    if !dryRun, let edit = draft.edit {
      let note = raw == nil ? changes.joined(separator: ", ") : "raw"
      let act = try workspace.state().edit([edit], note: note, by: Person.name)
      guard act.changed == 1 else {
        Output.complain("record \(id) changed meanwhile; nothing was stored")
        throw ExitCode(3)
      }
      isStored = true
    }
    if list.json {
      Output.write(DraftWords.json(draft, trial, isStored: isStored))
    } else {
      DraftWords.lines(draft, trial, isStored: isStored).forEach(Output.write)
    }
    if run, isStored {
      try await RetryRun.run([draft.pipeline], in: workspace)
    } else if trial.fates[id] != .loaded {
      throw ExitCode(1)
    }
  }

  private func takeBack(_ workspace: Workspace) throws {
    let state = try workspace.state()
    guard let last = try state.lastEdit(of: id) else {
      Output.complain("record \(id) has no edit to take back")
      throw ExitCode(3)
    }
    let act = try state.undo(last.id, by: Person.name)
    guard act.changed == 1 else {
      Output.complain("record \(id) changed since that edit; nothing was taken back")
      throw ExitCode(3)
    }
    Output.write("record \(id): the edit by \(Shown.text(last.actor)) is taken back")
  }
}

/// Drafts and trials in lines.
enum DraftWords {
  static func lines(_ draft: RecordDraft, _ trial: RecordTrial, isStored: Bool) -> [String] {
    var lines = [
      "record \(draft.id) of \(draft.pipeline)"
        + (isStored ? ", edited" : draft.edit == nil ? "" : ", not stored")
    ]
    for problem in draft.problems { lines.append("  \(Shown.text(problem))") }
    let width = draft.fields.map(\.name.count).max() ?? 0
    for field in draft.fields {
      let name = Shown.text(field.name).padding(toLength: width, withPad: " ", startingAt: 0)
      lines.append(
        "    \(name) = \(Shown.text(field.value))"
          + (field.isEdited ? "   was \(Shown.text(field.original))" : "")
          + (field.problem.map { "   ← \(Shown.text($0))" } ?? ""))
    }
    if draft.fields.isEmpty {
      lines.append("    \(Shown.text(String(decoding: draft.raw, as: UTF8.self)))")
    }
    lines += self.lines(trial, of: draft.id)
    if isStored {
      lines.append("  etl-tui retry run \(draft.id) tries it now; etl-tui retry undo takes it back")
    }
    return lines
  }

  static func lines(_ trial: RecordTrial, of id: RejectID) -> [String] {
    var lines: [String] = []
    if !trial.stages.isEmpty {
      lines.append(
        "  "
          + trial.stages.map { stage in
            "\(stage.name) " + (stage.passes.map { $0 ? "ok" : "no" } ?? "-")
          }.joined(separator: ", "))
    }
    switch trial.fates[id] {
    case .loaded?: break
    case .leftOut(let why)?: lines.append("  would be \(Shown.text(why))")
    case .rejected(let stage, let faults)?:
      lines += faults.map { "  \(stage) would reject it: \(Shown.text($0))" }
    case nil: break
    }
    if let problem = trial.problem { lines.append("  it could not be tried: \(problem.what)") }
    for row in trial.rows { lines.append("  " + words(row)) }
    if trial.rows.isEmpty, trial.fates[id] == .loaded, trial.problem == nil {
      lines.append("  would be loaded together with the records it is gathered with")
    }
    return lines
  }

  static func words(_ row: RecordTrial.Row) -> String {
    func text(_ value: String?) -> String { value.map { Shown.text($0) } ?? "null" }
    let values =
      row.change == .update
      ? row.values.filter { $0.before != $0.after }.map {
        "\($0.column) \(text($0.before)) → \(text($0.after))"
      }
      : row.values.map { "\($0.column) \(text($0.after))" }
    let verb =
      switch row.change {
      case .insert: "adds a row to \(row.table)"
      case .update: "changes a row of \(row.table)"
      case .unchanged: "leaves a row of \(row.table) as it is"
      }
    return "\(verb): " + values.joined(separator: ", ")
  }

  static func json(_ draft: RecordDraft, _ trial: RecordTrial, isStored: Bool) -> String {
    let fate =
      switch trial.fates[draft.id] {
      case .loaded?: "loaded"
      case .leftOut?: "left_out"
      case .rejected?: "rejected"
      case nil: "unknown"
      }
    return EventJSON.line([
      "id": draft.id, "pipeline": draft.pipeline, "stored": isStored,
      "raw": String(decoding: draft.raw, as: UTF8.self),
      "problems": draft.problems + draft.fields.compactMap(\.problem), "fate": fate,
      "rows": trial.rows.map { row in
        [
          "table": row.table, "change": row.change.rawValue,
          "before": Dictionary(
            uniqueKeysWithValues: row.values.map { ($0.column, $0.before ?? "") }),
          "after": Dictionary(
            uniqueKeysWithValues: row.values.map { ($0.column, $0.after ?? "") }),
        ] as [String: Any]
      },
    ])
  }
}
