// What can be done with one record.

import Cells
import ETLKit

enum RecordCommands {
  static let table: [Command] = [
    Command(
      "rerun record", keys: [.character("r")],
      help: "Asks for this record to be tried again now.", hint: "rerun", isAvailable: isOpen,
      shell: { state in state.record.id.map { "etl-tui retry run \($0)" } }
    ) { state in
      state.record.id.map { [.retry(.records([$0]))] } ?? []
    },
    Command(
      "discard record", keys: [.character("d")],
      help: "Takes this record out of the queue; u undoes.", hint: "discard", isAvailable: isOpen,
      shell: { state in state.record.id.map { "etl-tui retry discard \($0)" } }
    ) { state in
      state.record.id.map { [.discard(.records([$0]), note: nil)] } ?? []
    },
    Command(
      "edit field", keys: [.character("e"), .enter],
      help: "Edits the field at the cursor; the rules judge it while you type.", hint: "edit",
      isAvailable: isEditable, shell: { $0.record.draft?.command }
    ) { state in
      if let field = state.record.fields.current { state.editField(field.name) }
      return []
    },
    Command(
      "fix all alike", keys: [.character("F")],
      help: "One expression for all records of this cause, shown before it is stored.",
      hint: "fix alike", isAvailable: isOpen,
      shell: { state in
        state.record.detail.map {
          "etl-tui retry fix --reason \($0.row.reason) --set 'field := expression'"
        }
      }
    ) { state in
      if let detail = state.record.detail {
        state.overlay = .fix(
          FixState(
            reason: detail.row.reason, cause: detail.errors.first ?? "",
            field: state.record.fields.current?.name))
      }
      return []
    },
    Command(
      "purge record", keys: [.character("D")],
      help: "Deletes this record for good; asks for the number.", isAvailable: isOpen,
      shell: { state in state.record.id.map { "etl-tui retry purge \($0) --count 1" } }
    ) { state in
      if let id = state.record.id { state.askToPurge(.records([id]), count: 1) }
      return []
    },
    RetryCommands.undo, RetryCommands.redo,
    Command(
      "copy command", keys: [.character("C")],
      help: "Copies the shell command that makes the same edit.",
      isAvailable: { state in
        state.record.draft == nil ? .no(because: "the record cannot be edited now") : .yes
      }
    ) { state in
      state.record.draft.map { [.copy($0.command)] } ?? []
    },
    sibling("previous record", "[", "Goes to the record before this one.", -1, "first"),
    sibling("next record", "]", "Goes to the record after this one.", 1, "last"),
    Command(
      "copy field", keys: [.character("y")], help: "Copies the field at the cursor.",
      isAvailable: { state in
        state.record.fields.current == nil ? .no(because: "no field is selected") : .yes
      }
    ) { state in
      state.record.fields.current.map { [.copy($0.value)] } ?? []
    },
    Command(
      "copy raw line", keys: [.character("Y")], help: "Copies the record's raw line.",
      isAvailable: { state in
        state.record.detail == nil ? .no(because: "the record is not read yet") : .yes
      }
    ) { state in
      state.record.detail.map { [.copy($0.raw)] } ?? []
    },
  ]

  private static let isEditable: @Sendable (ConsoleState) -> Availability = { state in
    if case .no(let reason) = isOpen(state) { return .no(because: reason) }
    if let why = state.record.detail?.whyFixed { return .no(because: why) }
    if state.record.draft == nil { return .no(because: "the record's rules are not read yet") }
    return state.record.fields.current == nil ? .no(because: "no field is selected") : .yes
  }

  private static let isOpen: @Sendable (ConsoleState) -> Availability = { state in
    guard let detail = state.record.detail else {
      return .no(because: "the record is not read yet")
    }
    // What runs hold already may be asked for again; what they have just found is not in the queue yet.
    if detail.row.id > 0, detail.row.state == .claimed { return .yes }
    return detail.whyFixed.map { .no(because: $0) } ?? .yes
  }

  private static func sibling(
    _ name: String, _ key: Character, _ help: String, _ step: Int, _ end: String
  ) -> Command {
    Command(
      name, keys: [.character(key)], help: help, hint: step < 0 ? "previous" : "next",
      isAvailable: { state in
        state.record.sibling(step) == nil
          ? .no(because: "this is the \(end) record of the list") : .yes
      }
    ) { state in
      if let id = state.record.sibling(step) {
        state.record.show(id)
        state.retry.records.select(id)
      }
      return []
    }
  }
}
