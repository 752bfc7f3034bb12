// What can be done with the retry queue.

import Cells
import ETLKit

enum RetryCommands {
  static let table: [Command] = [
    Command(
      "inspect record", keys: [.enter, .character("l"), .right],
      help: "Goes from a cause to its records, and from a record to all that is known of it.",
      hint: "inspect", isAvailable: isSelected
    ) { state in
      if state.retry.focus == .causes {
        state.retry.focus = .records
      } else if let row = state.retry.records.current {
        state.record.show(row, of: state.retry, at: state.now)
        state.open(.record)
      }
      return []
    },
    Command(
      "rerun records", keys: [.character("r")],
      help: "Asks for the cause, the record, or the marked records to be tried again now.",
      hint: "rerun", isAvailable: isSelected, shell: { shell("run", $0) }
    ) { state in
      state.retry.selections.map { .retry($0) }
    },
    Command(
      "rerun all of pipeline", keys: [.character("R")],
      help: "Asks for all records of the pipeline to be tried again now.",
      isAvailable: isSelected,
      shell: { state in
        state.retry.causes.current.map { "etl-tui retry run --pipeline \($0.pipeline)" }
      }
    ) { state in
      state.retry.causes.current.map { [.retry(.pipeline($0.pipeline))] } ?? []
    },
    Command(
      "discard records", keys: [.character("d")],
      help: "Takes the cause, the record, or the marked records out of the queue; u undoes.",
      hint: "discard", isAvailable: isSelected, shell: { shell("discard", $0) }
    ) { state in
      state.retry.selections.map { .discard($0, note: nil) }
    },
    Command(
      "edit record", keys: [.character("e")],
      help: "Opens the record at the cursor and edits the field that failed.",
      isAvailable: { state in
        state.retry.currentDetail?.isEditable == true
          ? .yes : .no(because: "no record is selected that can be edited now")
      },
      shell: { state in
        state.retry.currentDetail.map { "etl-tui retry edit \($0.row.id) --set 'field=value'" }
      }
    ) { state in
      guard let row = state.retry.records.current else { return [] }
      state.record.show(row, of: state.retry, at: state.now)
      state.open(.record)
      let fields = state.record.fields.rows
      if let field = fields.first(where: { $0.isProblem }) ?? fields.first {
        state.editField(field.name)
      }
      return []
    },
    Command(
      "fix all alike", keys: [.character("F")],
      help: "One expression for all records of the cause, shown before it is stored.",
      hint: "fix alike", isAvailable: isSelected,
      shell: { state in
        state.retry.causes.current.map {
          "etl-tui retry fix --reason \($0.id) --set 'field := expression'"
        }
      }
    ) { state in
      if let cause = state.retry.causes.current {
        let field = state.retry.currentDetail?.fields.first { $0.isProblem }?.name
        state.overlay = .fix(
          FixState(reason: cause.id, cause: cause.text, field: field ?? cause.column))
      }
      return []
    },
    Command(
      "purge records", keys: [.character("D")],
      help: "Deletes the cause, the record, or the marked records for good; asks for the number.",
      isAvailable: { state in
        if case .no(let reason) = isSelected(state) { return .no(because: reason) }
        return state.retry.selections.count == 1
          ? .yes : .no(because: "records of several causes are purged one cause at a time")
      },
      shell: { state in
        shell("purge", state).map { "\($0) --count \(state.retry.selectedCount)" }
      }
    ) { state in
      if let selection = state.retry.selections.first {
        state.askToPurge(selection, count: state.retry.selectedCount)
      }
      return []
    },
    undo, redo,
    Command(
      "copy record", keys: [.character("y")], help: "Copies the record's raw line.",
      isAvailable: { state in
        state.retry.currentDetail == nil ? .no(because: "no record is selected") : .yes
      }
    ) { state in
      state.retry.currentDetail.map { [.copy($0.raw)] } ?? []
    },
  ]

  static let undo = Command(
    "undo", keys: [.character("u")],
    help: "Takes the newest discard, edit or fix back.", hint: "undo",
    shell: { _ in "etl-tui retry undo" }
  ) { _ in
    [.undo]
  }

  static let redo = Command(
    "redo", keys: [.character("U")], help: "Does again what was taken back last.",
    shell: { _ in "etl-tui retry redo" }
  ) { _ in
    [.redo]
  }

  private static let isSelected: @Sendable (ConsoleState) -> Availability = { state in
    if state.retry.causes.rows.isEmpty { return .no(because: "the retry queue is empty") }
    return state.retry.selections.isEmpty ? .no(because: "no record is selected") : .yes
  }

  @Sendable private static func shell(_ verb: String, _ state: ConsoleState) -> String? {
    switch state.retry.selections.first {
    case .records(let ids):
      "etl-tui retry \(verb) " + ids.map(String.init).joined(separator: " ")
    case .cause(let id): "etl-tui retry \(verb) --reason \(id)"
    case .pipeline(let name): "etl-tui retry \(verb) --pipeline \(name)"
    case nil: nil
    }
  }
}
