// A run's heartbeat: progress a few times a second, the throttle, and the wish to stop.

import Foundation
import Records

/// Called once a batch by the evaluating thread.
final class RunPulse {
  private let state: StateFile
  private let run: RunID
  private let ledger: RunLedger
  private let cancellation: RunCancellation
  private let report: @Sendable (EngineEvent) -> Void
  private var lastBeat = ContinuousClock.now
  private var throttled: (start: ContinuousClock.Instant, rows: Int)?
  private(set) var notes: [String] = []
  private var toldRejects: [String: Int] = [:]
  private var lastTold = ContinuousClock.now
  /// Rows that the loading thread has taken so far.
  var loadedCounts: [String: () -> Int] = [:]

  /// Between two writes of progress.
  private static let interval = Duration.milliseconds(250)
  /// Between two lines about rejects, so that a log stays readable.
  private static let rejectInterval = Duration.seconds(5)

  init(
    state: StateFile, run: RunID, ledger: RunLedger, cancellation: RunCancellation,
    report: @escaping @Sendable (EngineEvent) -> Void
  ) {
    self.state = state
    self.run = run
    self.ledger = ledger
    self.cancellation = cancellation
    self.report = report
  }

  /// Tells how far the run is, waits if the source is throttled.
  ///
  /// Throws `cancelled` if the run was asked to stop.
  func beat(rows: Int, throttle: Int?) throws(EngineError) {
    if cancellation.isCancelled { throw EngineError(.cancelled) }
    if let throttle, throttle > 0 { try wait(rows: rows, perSecond: throttle) }
    guard ContinuousClock.now - lastBeat >= RunPulse.interval else { return }
    try tell()
  }

  /// Writes progress now.
  func tell() throws(EngineError) {
    lastBeat = .now
    try ledger.flush()
    try ledger.hand.tell()
    var stages = ledger.board.stages
    for place in stages.indices where stages[place].kind == .load {
      guard let loaded = loadedCounts[stages[place].name] else { continue }
      stages[place].tally.rowsOut = min(loaded(), stages[place].tally.rowsIn)
    }
    try state.progress(run: run, stages: stages)
    report(.progress(run, stages))
    if lastBeat - lastTold >= RunPulse.rejectInterval { tellRejects() }
  }

  /// One line a stage for all records it rejected since the last look.
  func tellRejects() {
    lastTold = .now
    for stage in ledger.board.stages {
      let more = stage.tally.rejected - (toldRejects[stage.name] ?? 0)
      guard more > 0 else { continue }
      toldRejects[stage.name] = stage.tally.rejected
      log(.warn, "\(more) record\(more == 1 ? "" : "s") to the retry queue", stage: stage.name)
    }
  }

  /// A line for the log.
  func log(_ level: Level, _ text: String, stage: String? = nil, kind: String = "note") {
    // A log line that cannot be written must not end a run that can go on.
    try? state.event(run: run, stage: stage, level: level, kind: kind, detail: text)
    report(.log(run, level, stage: stage, text))
  }

  /// A remark for the log and the summary.
  func note(_ text: String, stage: String) {
    notes.append("\(stage): \(text)")
    log(.info, text, stage: stage)
  }

  private func wait(rows: Int, perSecond: Int) throws(EngineError) {
    let start = throttled?.start ?? .now
    let sum = (throttled?.rows ?? 0) + rows
    throttled = (start, sum)
    let due = start + .seconds(Double(sum) / Double(perSecond))
    while ContinuousClock.now < due {
      if cancellation.isCancelled { throw EngineError(.cancelled) }
      let left = due - ContinuousClock.now
      Thread.sleep(forTimeInterval: min(0.1, max(0, left / .seconds(1))))
      if ContinuousClock.now - lastBeat >= RunPulse.interval { try tell() }
    }
  }
}
