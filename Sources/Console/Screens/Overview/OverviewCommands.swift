// What can be done on the overview.

import Cells
import ETLKit

enum OverviewCommands {
  static let table: [Command] = [
    Command(
      "open run", keys: [.enter, .character("l"), .right],
      help: "Opens the live run of the pipeline, or its last one.", hint: "open",
      isAvailable: { state in
        if state.overview.targetRun != nil { return .yes }
        switch state.overview.focus {
        case .needs where state.overview.needs.current != nil: return .yes
        case .needs, .events: return .no(because: "nothing is selected")
        default:
          guard let row = state.overview.pipelines.current else {
            return .no(because: "no pipeline is selected")
          }
          if let problem = row.problem { return .no(because: problem) }
          return .no(because: "\(row.name) never ran; r runs it")
        }
      }
    ) { state in
      if state.overview.focus == .needs, state.overview.needs.current?.isHeldLoad == true {
        state.go(to: .retry)
        state.retry.focus = .held
      } else if let run = state.overview.targetRun {
        state.openRun(run)
      } else {
        // A need without a run is about the queue.
        state.go(to: .retry)
      }
      return []
    },
    Command(
      "run pipeline", keys: [.character("r")],
      help: "Starts a run of the pipeline (or of the marked ones); it goes on without the console.",
      hint: "run",
      isAvailable: { canRun($0) },
      shell: { state in
        state.overview.pipelines.current.map { "etl-tui run \($0.name)" }
      }
    ) { state in
      let names = state.overview.runnable.map(\.name)
      return names.map { .run(pipeline: $0) }
    },
    Command(
      "cancel run", keys: [.character("x")],
      help: "Asks the pipeline's run to stop, after a question.", hint: "cancel",
      isAvailable: { state in
        guard let row = state.overview.pipelines.current else {
          return .no(because: "no pipeline is selected")
        }
        guard row.look.isMoving, row.run != nil else {
          return .no(because: "\(row.name) is not running")
        }
        return .yes
      },
      shell: { state in
        state.overview.pipelines.current?.run.map { "etl-tui runs cancel \($0.id)" }
      }
    ) { state in
      if let run = state.overview.pipelines.current?.run { state.askToCancel(run) }
      return []
    },
    Command(
      "show rejects", keys: [.character("R")],
      help: "Shows the retry queue of the pipeline, or its load that is held back.",
      isAvailable: { state in
        guard let row = state.overview.pipelines.current else {
          return .no(because: "no pipeline is selected")
        }
        guard row.openRejects > 0 || row.heldRun != nil else {
          return .no(because: "no record of \(row.name) waits in the queue")
        }
        return .yes
      }
    ) { state in
      guard let row = state.overview.pipelines.current else { return [] }
      state.go(to: .retry)
      state.retry.focus = row.openRejects > 0 ? .causes : .held
      state.setFilter("pipeline:\(row.name)")
      return []
    },
    Command(
      "copy name", keys: [.character("y")], help: "Copies the pipeline's name.",
      isAvailable: { state in
        state.overview.pipelines.current == nil
          ? .no(because: "no pipeline is selected") : .yes
      }
    ) { state in
      state.overview.pipelines.current.map { [.copy($0.name)] } ?? []
    },
  ]

  private static func canRun(_ state: ConsoleState) -> Availability {
    guard let row = state.overview.pipelines.current else {
      return .no(because: "no pipeline is selected")
    }
    if !state.overview.runnable.isEmpty { return .yes }
    if let problem = row.problem {
      return .no(because: "\(row.name) cannot run: \(problem)")
    }
    let number = row.run.map { " (run \($0.id))" } ?? ""
    return .no(because: "\(row.name) is running already\(number)")
  }
}

extension OverviewState {
  /// Of the marked pipelines, or the one at the cursor, those that can be started now.
  var runnable: [PipelineRow] {
    pipelines.chosen.filter { $0.problem == nil && !$0.look.isMoving }
  }
}

extension ConsoleState {
  /// The question before a run is asked to stop.
  mutating func askToCancel(_ run: RunRow) {
    overlay = .confirm(
      ConfirmBox(
        title: "cancel run \(run.id) of \(run.pipeline)", verb: "stop the run",
        lines: [
          "The run stops at its next batch.",
          "Nothing it read is published: the loaded table stays as it was. Records that failed "
            + "stay in the retry queue.",
        ],
        count: 1, effects: [.cancel(run.id)]))
  }
}
