// Does what the console wants done: asks the workspace, changes the queue, starts and stops runs.
//
// The only place between the console's values and the world; the same acts as the subcommands.

import Console
import ETLKit
import Foundation
import Terminal

/// Carries out the console's effects on a workspace.
struct ConsoleEffects: EffectRunner {
  private let reader: WorkspaceReader
  private let watch: WorkspaceWatch
  private let launcher: RunLauncher
  private let screen: TerminalScreen?
  private let actor: String

  /// Runs are started by the program that is running, unless another one is given.
  init(
    _ workspace: Workspace, reader: WorkspaceReader, screen: TerminalScreen? = nil,
    executable: String? = nil
  ) {
    self.reader = reader
    watch = WorkspaceWatch(workspace)
    launcher = RunLauncher(workspace, executable: executable)
    self.screen = screen
    actor = ProcessInfo.processInfo.userName
  }

  private var workspace: Workspace { reader.workspace }

  func now() -> Timestamp { .now }
  func changes() -> AsyncStream<Void> { watch.changes() }

  func perform(_ effect: Effect) async -> EffectOutcome {
    do throws(EngineError) {
      switch effect {
      case .ask(let question): return .answer(await reader.answer(question))
      case .run(let pipeline): return try start(pipeline)
      case .retry(let selection): return try retry(selection)
      case .discard(let selection, let note):
        let act = try state().discard(words(selection), by: actor, note: note ?? "")
        return .done(count: act.changed)
      case .edit(let id, let changes): return try edit(id, changes)
      case .fix(let preview):
        let act = try state().edit(
          preview.edits, as: .fix, note: preview.note, by: actor)
        return .done(count: act.changed)
      case .purge(let selection, let count): return try purge(words(selection), count: count)
      case .publish(let load, let note):
        try launcher.start(
          load.pipeline, arguments: ["--held", "\(load.run)", "--held-note", note])
        return .started(pipelines: [load.pipeline], records: 0)
      case .drop(let load, let note):
        try state().drop(load.run, by: actor, note: note)
        return .done(count: 1)
      case .undo: return try undo()
      case .redo: return try redo()
      case .cancel(let run): return try cancel(run)
      case .copy(let text):
        await screen?.copy(text)
        return .done(count: 1)
      case .suspend:
        kill(getpid(), SIGTSTP)
        return .done(count: 0)
      case .repaint:
        await screen?.paintAgain()
        return .done(count: 0)
      case .quit: return .done(count: 0)
      }
    } catch {
      return .refused(error.text)
    }
  }

  // MARK: Runs

  private func start(_ pipeline: String) throws(EngineError) -> EffectOutcome {
    try launcher.start(pipeline)
    return .started(pipelines: [pipeline], records: 0)
  }

  private func cancel(_ run: RunID) throws(EngineError) -> EffectOutcome {
    guard case .run(let detail?) = reader.answerNow(.run(run, logLimit: 0)) else {
      return .refused(ErrorText("there is no run \(run)", code: "state.no_run"))
    }
    try launcher.cancel(detail.run.pipeline)
    return .done(count: 1)
  }

  // MARK: The queue

  /// Marks records as asked for, then starts their pipelines; one that runs already takes them next.
  private func retry(_ selection: RetrySelection) throws(EngineError) -> EffectOutcome {
    let act = try state().ask(words(selection), by: actor)
    var started: [String] = []
    for pipeline in act.pipelines where !isRunning(pipeline) {
      try launcher.start(pipeline)
      started.append(pipeline)
    }
    guard !started.isEmpty else { return .done(count: act.changed) }
    return .started(pipelines: started, records: act.changed)
  }

  private func undo() throws(EngineError) -> EffectOutcome {
    let state = try state()
    guard let last = try state.lastUndoableAct() else {
      return .refused(ErrorText("there is nothing to undo", code: "queue.nothing_to_undo"))
    }
    return .restored(what: last.text, count: try state.undo(last.id, by: actor).changed)
  }

  private func redo() throws(EngineError) -> EffectOutcome {
    let state = try state()
    guard let last = try state.lastUndoneAct() else {
      return .refused(ErrorText("there is nothing to do again", code: "queue.nothing_to_redo"))
    }
    return .restored(what: last.text, count: try state.redo(last.id, by: actor).changed)
  }

  private func edit(_ id: RejectID, _ changes: [FieldChange]) throws(EngineError) -> EffectOutcome {
    let draft = try reader.draft(of: id, setting: changes)
    guard let edit = draft.edit else { return .done(count: 0) }
    let note = changes.map { "\($0.field)=\($0.value)" }.joined(separator: ", ")
    let act = try state().edit([edit], note: note, by: actor)
    guard act.changed == 1 else {
      return .refused(
        ErrorText("record \(id) changed meanwhile; nothing was stored", code: "queue.changed"))
    }
    return .done(count: 1)
  }

  private func purge(
    _ selection: RejectSelection, count: Int
  ) throws(EngineError) -> EffectOutcome {
    let found = try reader.count(selection)
    guard found == count else {
      return .refused(
        ErrorText("there are \(found) records by now; nothing was purged", code: "queue.changed"))
    }
    return .done(count: try state().purge(selection, by: actor).changed)
  }

  private func isRunning(_ pipeline: String) -> Bool {
    RunLock.holder(stateFolder: workspace.stateFolder, pipeline: pipeline) != nil
  }

  /// Opened for each act: a console that only looks must not hold the file.
  private func state() throws(EngineError) -> StateFile { try StateFile.open(workspace) }

  private func words(_ selection: RetrySelection) -> RejectSelection {
    switch selection {
    case .records(let ids): .ids(ids)
    case .cause(let id): .reason(id)
    case .pipeline(let name): .pipeline(name)
    }
  }
}
