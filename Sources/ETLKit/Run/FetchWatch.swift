// A fetch's progress and events, on their way to the state file.

import Synchronization

/// Tells how far a fetch is, a few times a second, from whatever thread it comes.
final class FetchWatch: Sendable {
  private let state: StateFile
  private let run: RunID
  private let stages: [StageSummary]
  private let source: String
  private let report: @Sendable (EngineEvent) -> Void
  private let last = Mutex(ContinuousClock.now)

  init(
    state: StateFile, run: RunID, stages: [StageSummary], source: String,
    report: @escaping @Sendable (EngineEvent) -> Void
  ) {
    self.report = report
    self.state = state
    self.run = run
    self.stages = stages
    self.source = source
  }

  func tell(_ progress: FetchProgress) {
    if let event = progress.event {
      let level: Level = event.isWarning ? .warn : .info
      try? state.event(
        run: run, stage: source, level: level, kind: "fetch", detail: event.text)
      report(.log(run, level, stage: source, event.text))
    }
    let now = ContinuousClock.now
    let isDue = last.withLock { last in
      guard now - last >= .milliseconds(250) else { return false }
      last = now
      return true
    }
    guard isDue else { return }
    var stages = stages
    for index in stages.indices where stages[index].name == source {
      stages[index].tally.bytesIn = progress.received
      stages[index].fraction = progress.expected.map {
        Double(progress.received) / Double(max(1, $0))
      }
    }
    // Progress may be lost; what counts is written when the fetch is over.
    try? state.progress(run: run, stages: stages)
  }
}

extension LoadSpec {
  /// Where the database is.
  func path(in workspace: Workspace) -> String {
    database.value.hasPrefix("/") ? database.value : workspace.folder + "/" + database.value
  }
}
