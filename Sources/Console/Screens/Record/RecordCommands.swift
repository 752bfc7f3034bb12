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
      "undo discard", keys: [.character("u")],
      help: "Puts the records of the newest discard back into the queue.", hint: "undo",
      shell: { _ in "etl-tui retry undo" }
    ) { _ in
      [.undoDiscard]
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

  private static let isOpen: @Sendable (ConsoleState) -> Availability = { state in
    guard let detail = state.record.detail else {
      return .no(because: "the record is not read yet")
    }
    switch detail.row.state {
    case .waiting, .scheduled, .claimed, .dead: return .yes
    case .loaded, .superseded, .discarded:
      return .no(because: "record \(detail.row.id) is \(detail.row.state.rawValue) already")
    }
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
