// What can be done with one run.

import Cells
import ETLKit

enum RunDetailCommands {
  static let table: [Command] = [
    Command(
      "show stage log", keys: [.enter, .character("l"), .right],
      help: "Goes to the log of the stage, or from its log to the rejects of the run.",
      hint: "log",
      isAvailable: { state in
        guard state.run.stages.current != nil else {
          return .no(because: "this run has no stages yet")
        }
        if state.run.focus == .log {
          return (state.run.detail?.run.rejected ?? 0) > 0
            ? .yes : .no(because: "no record of this run was rejected")
        }
        return .yes
      }
    ) { state in
      if state.run.focus == .log {
        let pipeline = state.run.detail?.run.pipeline ?? ""
        state.go(to: .retry)
        state.retry.focus = .causes
        state.setFilter("pipeline:\(pipeline)")
      } else {
        state.run.focus = .log
        if state.run.view == .checks { state.run.view = .stageLog }
        state.run.refreshLog(at: state.now)
      }
      return []
    },
    Command(
      "follow log", keys: [.character("f")],
      help: "Keeps the newest log line in sight, and lets go.",
      hint: "follow"
    ) { state in
      state.run.isFollowing.toggle()
      if state.run.isFollowing { _ = state.run.log.apply(.last) }
      state.say(state.run.isFollowing ? "following the log" : "the log stands still; f follows")
      return []
    },
    Command(
      "next view", keys: [.character("t")],
      help: "Shows the log of the stage, of the whole run, or checks and notes.", hint: "view"
    ) { state in
      let views = RunDetailState.View.allCases
      let place = views.firstIndex(of: state.run.view) ?? 0
      state.run.view = views[(place + 1) % views.count]
      state.run.refreshLog(at: state.now)
      return []
    },
    Command(
      "cancel run", keys: [.character("x")],
      help: "Asks the run to stop, after a question.", hint: "cancel",
      isAvailable: { state in
        guard let run = state.run.detail?.run else {
          return .no(because: "the run is not known yet")
        }
        return run.look.isMoving
          ? .yes : .no(because: "run \(run.id) is not running")
      },
      shell: { state in state.run.id.map { "etl-tui runs cancel \($0)" } }
    ) { state in
      if let run = state.run.detail?.run { state.askToCancel(run) }
      return []
    },
    Command(
      "run pipeline again", keys: [.character("r")],
      help: "Starts another run of the pipeline.", hint: "run again",
      isAvailable: { state in
        guard let run = state.run.detail?.run else {
          return .no(because: "the run is not known yet")
        }
        return run.look.isMoving
          ? .no(because: "\(run.pipeline) is running already (run \(run.id))") : .yes
      },
      shell: { state in state.run.detail.map { "etl-tui run \($0.run.pipeline)" } }
    ) { state in
      state.run.detail.map { [.run(pipeline: $0.run.pipeline)] } ?? []
    },
    sibling("older run", "[", "Goes to the run before this one.", 1),
    sibling("newer run", "]", "Goes to the run after this one.", -1),
    level("more log", "+", "Shows finer log lines too.", -1),
    level("less log", "-", "Shows graver log lines only.", 1),
    Command(
      "copy log line", keys: [.character("y")], help: "Copies the log line at the cursor.",
      isAvailable: { state in
        state.run.log.current == nil ? .no(because: "no log line is selected") : .yes
      }
    ) { state in
      state.run.log.current.map { [.copy($0.text)] } ?? []
    },
  ]

  private static func sibling(
    _ name: String, _ key: Character, _ help: String, _ step: Int
  ) -> Command {
    Command(
      name, keys: [.character(key)], help: help,
      isAvailable: { state in
        state.run.sibling(step) == nil
          ? .no(because: step > 0 ? "this is the oldest run" : "this is the newest run") : .yes
      }
    ) { state in
      if let id = state.run.sibling(step) { state.run.show(id) }
      return []
    }
  }

  private static func level(
    _ name: String, _ key: Character, _ help: String, _ step: Int
  ) -> Command {
    Command(
      name, keys: [.character(key)], help: help,
      isAvailable: { state in
        state.run.level(by: step) == nil
          ? .no(because: step < 0 ? "all lines are shown" : "only errors are shown already")
          : .yes
      }
    ) { state in
      if let level = state.run.level(by: step) {
        state.run.level = level
        state.run.refreshLog(at: state.now)
      }
      return []
    }
  }
}

extension RunDetailState {
  func sibling(_ step: Int) -> RunID? {
    guard let place = id.flatMap(siblings.firstIndex(of:)) else { return nil }
    return siblings.indices.contains(place + step) ? siblings[place + step] : nil
  }

  func level(by step: Int) -> Level? {
    let levels = Level.allCases
    guard let place = levels.firstIndex(of: level) else { return nil }
    return levels.indices.contains(place + step) ? levels[place + step] : nil
  }
}
