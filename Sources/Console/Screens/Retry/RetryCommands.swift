// What can be done with the retry queue.

import Cells
import ETLKit

enum RetryCommands {
  static let table: [Command] = [
    Command(
      "inspect record", keys: [.enter, .character("l"), .right],
      help:
        "Goes from a cause to its records, from a record to its details, from a held load to its run.",
      hint: "inspect",
      isAvailable: { state in
        state.retry.focus == .held && state.retry.held.current != nil ? .yes : isSelected(state)
      }
    ) { state in
      if state.retry.focus == .held {
        if let load = state.retry.held.current { state.openRun(load.run) }
      } else if state.retry.focus == .causes {
        state.retry.focus = .records
      } else if let row = state.retry.records.current {
        state.record.show(row, of: state.retry, at: state.now)
        state.open(.record)
      }
      return []
    },
    decide(
      .publish, key: "p",
      help: "Loads what was held back after all; shows what that changes, and asks why."),
    decide(
      .drop, key: "x", help: "Gives up what was held back; shows what goes with it, and asks why."),
    Command(
      "rerun records", keys: [.character("r")],
      help: "Asks for the cause, the record, or the marked records to be tried again now.",
      hint: "rerun", isAvailable: isWaiting, shell: { shell("run", $0) }
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
      hint: "discard", isAvailable: isWaiting, shell: { shell("discard", $0) }
    ) { state in
      state.retry.selections.map { .discard($0, note: nil) }
    },
    Command(
      "edit record", keys: [.character("e")],
      help: "Opens the record at the cursor and edits the field that failed.",
      isAvailable: { state in
        if state.retry.focus != .held, let why = state.retry.currentDetail?.whyFixed {
          return .no(because: why)
        }
        if case .no(let reason) = isSelected(state) { return .no(because: reason) }
        return state.retry.currentDetail == nil ? .no(because: "the record is not read yet") : .yes
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
        if case .no(let reason) = isWaiting(state) { return .no(because: reason) }
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

  private static func decide(_ verb: HeldDecision.Verb, key: Character, help: String) -> Command {
    Command(
      "\(verb.rawValue) held load", keys: [.character(key)], help: help, hint: verb.rawValue,
      isAvailable: { state in
        if state.retry.heldTarget != nil { return .yes }
        return .no(
          because: state.retry.held.rows.isEmpty
            ? "no load is held back" : "no held load is selected; tab goes to them")
      },
      shell: { state in
        state.retry.heldTarget.map {
          "etl-tui retry quarantine \(verb.rawValue) \($0.run) --note 'why'"
        }
      }
    ) { state in
      if let load = state.retry.heldTarget {
        // Counted anew: the destination may have changed.
        state.known.remove(.publication(load.run))
        state.overlay = .decide(HeldDecision(verb, load))
      }
      return []
    }
  }

  private static let isSelected: @Sendable (ConsoleState) -> Availability = { state in
    if state.retry.focus == .held { return .no(because: "a held load: p publishes it, x drops it") }
    if state.retry.causes.rows.isEmpty { return .no(because: "the retry queue is empty") }
    return state.retry.selections.isEmpty ? .no(because: "no record is selected") : .yes
  }

  /// Selected, and in the queue: what a run just found gets there when the run ends.
  private static let isWaiting: @Sendable (ConsoleState) -> Availability = { state in
    if case .no(let reason) = isSelected(state) { return .no(because: reason) }
    let retry = state.retry
    guard retry.focus == .records, retry.records.chosen.allSatisfy({ $0.id < 0 }) else {
      return .yes
    }
    return .no(because: "its run goes on; wait for the run to end, or stop it (x on screen 1)")
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
