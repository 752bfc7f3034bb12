// Counts the rejects of a run against its pipeline's limit, and stops it.
//
// Called from the evaluating and the loading thread, once a rejected record.

import Records
import Synchronization

/// How many records were rejected so far, and why.
final class RejectWatch: Sendable {
  let limit: RejectLimit
  private let pipeline: String
  private let file: String
  private let run: RunID
  private let counts = Mutex(Counts())

  private struct Counts {
    var all = 0
    var sources: [String: Int] = [:]
    var causes: [Cause: Int] = [:]
  }

  private struct Cause: Hashable {
    var code: RecordFault.Code
    var column: String?
    var rule: String?
  }

  /// `run`: the run that is watched, for the words.
  init(_ pipeline: Pipeline, run: RunID) {
    limit = pipeline.retry.limit
    self.pipeline = pipeline.name
    file = pipeline.file
    self.run = run
  }

  /// Counts a record that a file brought and that goes to the queue.
  func count(_ item: LoadItem) {
    guard let reject = item.reject, let fault = reject.faults.first,
      !RunLedger.isReference(fault.code)
    else { return }
    counts.withLock { counts in
      counts.all += 1
      counts.sources[reject.source, default: 0] += 1
      counts.causes[
        Cause(code: fault.code, column: fault.column, rule: fault.rule), default: 0] += 1
    }
  }

  /// Looks whether too many records were rejected; once a batch, so that its counts are whole.
  func judge() throws(EngineError) {
    guard let most = limit.rejects else { return }
    let all = counts.withLock { $0.all }
    if all > most { throw problem(.rejects(most), rejected: all) }
  }

  /// Looks whether too large a share of a source's records was rejected.
  ///
  /// `more`: how many records can still come; the share is judged as if all of them were good.
  func judgeShare(of source: String, read: Int, atMostMore more: Int = 0) throws(EngineError) {
    guard let most = limit.share else { return }
    let rejected = counts.withLock { $0.sources[source] ?? 0 }
    guard rejected > 0, Double(rejected) > most * Double(read + max(0, more)) else { return }
    throw problem(.share(most, source: source, read: read), rejected: rejected)
  }

  private func problem(_ bound: LimitProblem.Bound, rejected: Int) -> EngineError {
    let (causes, all) = counts.withLock { ($0.causes, $0.all) }
    let told = causes.map { cause, count in
      LimitProblem.Cause(
        text: FaultText.cause(
          RecordFault(code: cause.code, column: cause.column, rule: cause.rule)), count: count)
    }
    .sorted { ($1.count, $0.text) < ($0.count, $1.text) }.prefix(3)
    return EngineError(
      .limit(
        LimitProblem(
          bound: bound, rejected: rejected, causes: Array(told),
          others: all - told.reduce(0) { $0 + $1.count }, action: limit.action,
          pipeline: pipeline, run: run, place: limit.line.map { "\(file):\($0)" })))
  }
}
