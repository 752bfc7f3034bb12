// What can be done in the history of runs.

import Cells
import ETLKit

enum RunsCommands {
  static let table: [Command] = [
    Command(
      "open run", keys: [.enter, .character("l"), .right],
      help: "Opens the run at the cursor.", hint: "open", isAvailable: isSelected,
      shell: { state in state.runs.runs.current.map { "etl-tui runs show \($0.id)" } }
    ) { state in
      if let run = state.runs.runs.current { state.openRun(run.id) }
      return []
    },
    Command(
      "run pipeline again", keys: [.character("r")],
      help: "Starts another run of the pipeline.", hint: "run again",
      isAvailable: { state in
        guard let run = state.runs.runs.current else {
          return .no(because: "no run is selected")
        }
        let live = state.runs.runs.rows.first { $0.pipeline == run.pipeline && $0.look.isMoving }
        if let live { return .no(because: "\(run.pipeline) is running already (run \(live.id))") }
        return .yes
      },
      shell: { state in state.runs.runs.current.map { "etl-tui run \($0.pipeline)" } }
    ) { state in
      state.runs.runs.current.map { [.run(pipeline: $0.pipeline)] } ?? []
    },
    Command(
      "cancel run", keys: [.character("x")],
      help: "Asks the run to stop, after a question.", hint: "cancel",
      isAvailable: { state in
        guard let run = state.runs.runs.current else {
          return .no(because: "no run is selected")
        }
        return run.look.isMoving
          ? .yes : .no(because: "run \(run.id) is not running")
      },
      shell: { state in state.runs.runs.current.map { "etl-tui runs cancel \($0.id)" } }
    ) { state in
      if let run = state.runs.runs.current { state.askToCancel(run) }
      return []
    },
    Command(
      "only this pipeline", keys: [.character("p")],
      help: "Shows the runs of this pipeline only, and all again.", hint: "only this pipeline",
      isAvailable: isSelected
    ) { state in
      let text = state.runs.runs.current.map { "pipeline:\($0.pipeline)" } ?? ""
      state.setFilter(state.runs.runs.filter.text == text ? "" : text)
      return []
    },
    Command(
      "copy run", keys: [.character("y")], help: "Copies the run's number.",
      isAvailable: isSelected
    ) { state in
      state.runs.runs.current.map { [.copy(String($0.id))] } ?? []
    },
  ]

  private static let isSelected: @Sendable (ConsoleState) -> Availability = { state in
    state.runs.runs.current == nil ? .no(because: "no run is selected") : .yes
  }
}
