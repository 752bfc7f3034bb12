// One source's watermark in one run: older records of files are left out, the newest value is found.

import Foundation
import Records

/// The watermark of a source at work.
///
/// `@unchecked Sendable`: belongs to the evaluating thread; the loading thread reads it only while
/// that one waits for the verdict.
final class MarkFilter: @unchecked Sendable {
  let spec: WatermarkSpec
  /// The mark as the run found it.
  let mark: Int64?
  /// The greatest value of the records that were read.
  private(set) var newest: Int64?
  /// Records that were older than the mark and its lag.
  private(set) var leftOut = 0
  /// Whether the mark was set by a person since the last load.
  let isSetByHand: Bool
  /// Tells records that come again from new ones, where a load appends; nil where it meets its rows.
  let memory: MarkMemory?

  /// The same before it saw a record.
  var anew: MarkFilter {
    MarkFilter(spec, mark: mark, isSetByHand: isSetByHand, memory: memory?.anew)
  }

  /// The least value that is read.
  var floor: Int64? { mark.map(spec.floor) }
  /// The least value that the next load reads, as far as it is known now.
  var nextFloor: Int64? { [mark, newest].compactMap(\.self).max().map(spec.floor) }

  init(_ spec: WatermarkSpec, mark: Int64?, isSetByHand: Bool, memory: MarkMemory? = nil) {
    self.spec = spec
    self.mark = mark
    self.isSetByHand = isSetByHand
    self.memory = memory
  }

  /// Leaves out the older records of a batch before anything else of them is looked at.
  ///
  /// Those that wait in the queue pass: repaired late is not too old. `waiting`: their offsets.
  /// Gives how many were left out.
  func leaveOut(of batch: RecordBatch, _ layout: SourceLayout, waiting: [Int: OpenReject]?) -> Int {
    guard let floor, let cast = cast(layout) else { return 0 }
    let before = batch.selectedCount
    cast.cast(batch)
    let column = batch.columns[cast.column]
    batch.keep { row in
      batch.bad[row] || column.nulls[row] || column.slots[row] >= floor
        || waiting?[batch.place(of: row).offset] != nil
    }
    leftOut += before - batch.selectedCount
    return before - batch.selectedCount
  }

  /// Leaves out the records of a batch that an earlier load appended.
  ///
  /// `again`: told the bytes of each. Gives how many were left out.
  func leaveOutKnown(
    of batch: RecordBatch, _ layout: SourceLayout, waiting: [Int: OpenReject]?,
    again: (UnsafeBufferPointer<UInt8>) -> Void
  ) -> Int {
    guard let memory, let cast = cast(layout) else { return 0 }
    cast.cast(batch)
    return memory.leaveOut(
      of: batch, column: cast.column, floor: nextFloor, waiting: waiting, again: again)
  }

  /// Notes the values of the records that passed.
  func note(_ batch: RecordBatch, _ layout: SourceLayout) {
    guard let cast = cast(layout) else { return }
    let column = batch.columns[cast.column]
    var most = newest ?? .min
    var isFound = newest != nil
    for index in 0..<batch.selectedCount {
      let row = Int(batch.selection[index])
      guard !column.nulls[row] else { continue }
      most = max(most, column.slots[row])
      isFound = true
    }
    if isFound { newest = most }
  }

  /// The mark that a load leaves, if it moves: never back, and never to nothing.
  func moved(source: String, load: Int64, run: RunID, at now: Timestamp) -> Watermark? {
    guard let value = [mark, newest].compactMap({ $0 }).max(), value != mark || isSetByHand else {
      return nil
    }
    return Watermark(
      source: source, column: spec.column.value, type: spec.type.name,
      value: SlotText.string(value, as: spec.type), load: load, run: run, at: now)
  }

  /// Whether the newest value lies in the future, so that later records would be taken for old.
  func isAhead(of now: Timestamp) -> Bool {
    guard let newest else { return false }
    return switch spec.type {
    case .date: newest > now.microseconds / 86_400_000_000 + 1
    case .timestamp: newest > now.microseconds + 86_400_000_000
    default: false
    }
  }

  private func cast(_ layout: SourceLayout) -> ColumnCast? {
    layout.casts.first { $0.spec.name == spec.column.value }
  }
}

extension RunAttempt {
  /// Where the sources with a watermark stand, as the destination says.
  mutating func readMarks() throws(EngineError) {
    guard pipeline.sources.contains(where: { $0.watermark != nil }) else { return }
    let history = try WatermarkTable.history(of: pipeline.name, at: destinationPath)
    for source in pipeline.sources {
      guard let spec = source.watermark else { continue }
      let name = source.name.value
      let last = history.last { $0.source == name }
      let mark = try last?.slot(for: spec, pipeline: pipeline.name, path: destinationPath)
      let isSetByHand = last.map { $0.load == nil } ?? false
      let (owner, path) = (pipeline.name, destinationPath)
      marks[name] = MarkFilter(
        spec, mark: mark, isSetByHand: isSetByHand,
        memory: !isAppended(name)
          ? nil
          : MarkMemory(name, mark: mark, isAnew: isSetByHand) { () throws(EngineError) in
            try MarkedRecords.known(of: name, pipeline: owner, at: path)
          })
    }
  }
}

extension RunAttempt {
  /// Whether records of a source are appended to a table.
  private func isAppended(_ source: String) -> Bool {
    pipeline.loads.contains { load in
      load.mode == .append && plan.rootSources(of: load.from.value).contains(source)
    }
  }
}

extension LoadJob {
  /// The marks that this load moves, told if they look wrong.
  func movedMarks(at now: Timestamp) -> [Watermark] {
    guard !work.isRedrive else { return [] }
    return attempt.pipeline.sources.compactMap { source in
      let name = source.name.value
      guard let filter = attempt.marks[name],
        let moved = filter.moved(source: name, load: pending.id, run: attempt.run, at: now)
      else { return nil }
      if filter.isAhead(of: now) {
        pulse.log(
          .warn,
          "the watermark moves to \(moved.value ?? ""), which is in the future: older records will "
            + "be left out; etl-tui watermark set \(attempt.pipeline.name) \(name) VALUE takes it back",
          stage: name)
      }
      return moved
    }
  }

  /// The records that this load read and that the next one reads again.
  func markedRecords() -> [MarkedRecords] {
    guard !work.isRedrive else { return [] }
    return attempt.marks.values.compactMap { filter in
      filter.nextFloor.flatMap { floor in filter.memory?.records(above: floor) }
    }
  }

  /// Tells how many records of a source a watermark left out.
  func tellLeftOut(_ source: String) {
    if let memory = attempt.marks[source]?.memory, memory.leftOut > 0 {
      let records = "\(memory.leftOut) record\(memory.leftOut == 1 ? "" : "s")"
      pulse.note(
        "\(records) at the watermark left out: appended before", stage: source)
    }
    guard let filter = attempt.marks[source], filter.leftOut > 0, let floor = filter.floor else {
      return
    }
    let records = "\(filter.leftOut) record\(filter.leftOut == 1 ? "" : "s")"
    pulse.note(
      "\(records) with \(filter.spec.column.value) before "
        + "\(SlotText.string(floor, as: filter.spec.type)) left out by the watermark", stage: source
    )
  }
}
