// How commands name records of the retry queue.

import ArgumentParser
import ETLKit

/// Which records a command means.
struct RecordSelection: ParsableArguments {
  @Argument(help: "Record numbers, as `retry list` shows them.")
  var ids: [Int64] = []

  @Option(help: "All open records of this cause.")
  var reason: Int64?

  @Option(help: "All open records of this pipeline.")
  var pipeline: String?

  @Option(help: "All open records that this run judged last.")
  var ofRun: Int64?

  @Option(help: "All open records older than this: 30m, 12h, 1d, 2w.")
  var olderThan: String?

  @Option(
    name: .customLong("where"),
    help: "All open records this holds for: 'stage=load age>1d key~spain'.")
  var condition: String?

  @Flag(help: "All open records.")
  var all = false

  private var ways: Int {
    (ids.isEmpty ? 0 : 1) + (reason == nil ? 0 : 1) + (pipeline == nil ? 0 : 1)
      + (ofRun == nil ? 0 : 1) + (olderThan == nil ? 0 : 1) + (condition == nil ? 0 : 1)
      + (all ? 1 : 0)
  }

  func validate() throws {
    guard ways != 1 else { return }
    let list = "--reason, --pipeline, --of-run, --older-than, --where or --all"
    throw ValidationError(
      ways == 0
        ? "name records: numbers, \(list)" : "name records in one way only: numbers, \(list)")
  }

  /// The selection; throws if its condition cannot be read.
  func value() throws(EngineError) -> RejectSelection {
    if let reason { return .reason(reason) }
    if let pipeline { return .pipeline(pipeline) }
    if let ofRun { return .run(ofRun) }
    if let olderThan { return .query(try RejectQuery("age>\(olderThan)")) }
    if let condition { return .query(try RejectQuery(condition)) }
    return all ? .all : .ids(ids)
  }
}
