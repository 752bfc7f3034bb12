// Watermarks as people see and move them: where a source stands, how it came there, what is read next.

import Foundation
import GRDB
import Records

/// Where a source of a pipeline stands.
public struct WatermarkState: Hashable, Sendable {
  /// The pipeline.
  public var pipeline: String
  /// The source.
  public var source: String
  /// The column that tells.
  public var column: String
  /// The column's type.
  public var type: String
  /// How late records may come, as it is written; empty if they may not.
  public var lag: String
  /// The mark; nil if everything is read.
  public var current: Watermark?
  /// The least value that the next run reads; nil if it reads everything.
  public var floor: String?
  /// How it moved, oldest first, in the destination.
  public var history: [Watermark]
  /// The newest mark that the state file remembers, if the destination does not have it: an older copy.
  public var lost: Watermark?
}

extension Workspace {
  /// Where the sources of a pipeline with a watermark stand.
  public func watermarks(of pipeline: Pipeline) throws(EngineError) -> [WatermarkState] {
    let path = pipeline.load.path(in: self)
    let history = try WatermarkTable.history(of: pipeline.name, at: path)
    var remembered: [Watermark] = []
    if access(stateFile, F_OK) == 0 {
      remembered = try StateFile.open(self, readOnly: true).watermarks(of: pipeline.name)
    }
    var states: [WatermarkState] = []
    for source in pipeline.sources {
      guard let spec = source.watermark else { continue }
      let own = history.filter { $0.source == source.name.value }
      let slot = try own.last?.slot(for: spec, pipeline: pipeline.name, path: path)
      let newest = remembered.last { $0.source == source.name.value }
      states.append(
        WatermarkState(
          pipeline: pipeline.name, source: source.name.value, column: spec.column.value,
          type: spec.type.name, lag: spec.lagText,
          current: own.last.flatMap { $0.value == nil ? nil : $0 },
          floor: slot.map { SlotText.string(spec.floor(under: $0), as: spec.type) }, history: own,
          lost: newest.flatMap { mark in own.contains { $0.at == mark.at } ? nil : mark }))
    }
    return states
  }

  /// Moves the mark of a source; nil takes it away, and everything is read again.
  ///
  /// Refused while a run owns the pipeline, and if the value is not of the column's type.
  public func setWatermark(
    _ value: String?, of source: String, in pipeline: Pipeline, by actor: String
  ) throws(EngineError) -> WatermarkState {
    guard let spec = pipeline.source(named: source) else {
      let known = pipeline.sources.map(\.name.value)
      throw EngineError(
        .watermark(
          .unknownSource(
            source, nearest: NearestName.of(source, among: known), pipeline: pipeline.name,
            known: known)))
    }
    guard let mark = spec.watermark else {
      throw EngineError(
        .watermark(
          .none(
            source: source, pipeline: pipeline.name,
            place: "\(pipeline.file):\(spec.name.mark.line)")))
    }
    let slot = value.flatMap(mark.slot)
    if let value, slot == nil {
      throw EngineError(
        .watermark(
          .value(
            value, source: source, column: mark.column.value, type: mark.type.name,
            example: mark.example)))
    }
    let state = try StateFile.open(self)
    let lock = try RunLock.acquire(stateFolder: stateFolder, pipeline: pipeline.name)
    defer { withExtendedLifetime(lock) {} }
    let path = pipeline.load.path(in: self)
    try LoadRecovery.settle(state, before: path)
    let new = Watermark(
      source: source, column: mark.column.value, type: mark.type.name,
      value: slot.map { SlotText.string($0, as: mark.type) }, actor: actor, at: .now)
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(5)
      configuration.prepareDatabase { database in
        try database.useWriteAheadLog()
        try database.execute(sql: "PRAGMA synchronous=FULL")
      }
      try DatabaseQueue(path: path, configuration: configuration).write { database in
        try WatermarkTable.append([new], pipeline: pipeline.name, to: database)
      }
    } catch {
      throw EngineError(.load(LoadProblem(error, path: path)))
    }
    try state.note(new, pipeline: pipeline.name)
    let states = try watermarks(of: pipeline)
    guard let state = states.first(where: { $0.source == source }) else {
      throw EngineError(.cancelled)
    }
    return state
  }
}

extension WatermarkSpec {
  /// A value of the column's type, for messages.
  fileprivate var example: String {
    switch type {
    case .date: "2021-03-09"
    case .timestamp: "2021-03-09T00:00:00Z"
    default: "1000"
    }
  }
}
