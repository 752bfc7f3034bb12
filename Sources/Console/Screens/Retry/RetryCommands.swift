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
      "undo discard", keys: [.character("u")],
      help: "Puts the records of the newest discard back into the queue.", hint: "undo",
      shell: { _ in "etl-tui retry undo" }
    ) { _ in
      [.undoDiscard]
    },
    Command(
      "copy record", keys: [.character("y")], help: "Copies the record's raw line.",
      isAvailable: { state in
        state.retry.currentDetail == nil ? .no(because: "no record is selected") : .yes
      }
    ) { state in
      state.retry.currentDetail.map { [.copy($0.raw)] } ?? []
    },
  ]

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
