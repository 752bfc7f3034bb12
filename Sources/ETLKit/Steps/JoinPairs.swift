// A join that gives more rows than it takes: each row here with each of its partners, then rows of
// the other side without any.

import Records

/// What an expanding join gives.
struct PlanPairs: Sendable {
  /// The stage of the probe, the last operation of the pass.
  var stage: String
  /// The columns it gives, with the column of the batch each is taken from; nil if it is not there.
  var fromLeft: [Int?]
  /// For each column given, its place in the side's store, if it has one there.
  var fromRight: [Int?]
  var result: [PlanColumn]
}

/// An expanding join at work.
final class JoinPairs: GatheringStep {
  private let plan: PlanPairs
  private let probe: Probe
  private let result: RowStore
  /// Rows made beyond one for each that was taken.
  private(set) var added = 0

  init(_ plan: PlanPairs, _ probe: Probe, _ result: RowStore) {
    self.plan = plan
    self.probe = probe
    self.result = result
  }

  func take(_ parcel: Parcel, from source: RootSource) {
    let batch = parcel.batch
    for index in 0..<batch.selectedCount {
      let row = Int(batch.selection[index])
      let record = result.note(row, of: parcel, source)
      var partner = probe.partner(of: row)
      var isFirst = true
      repeat {
        result.beginRow()
        for place in plan.result.indices {
          if let column = plan.fromLeft[place] {
            result.put(place, batch, row, column)
          } else if partner >= 0, let column = plan.fromRight[place] {
            result.put(place, probe.index.store, partner, column)
          } else {
            result.put(place, slot: nil)
          }
        }
        result.finishRow(line: parcel.line(of: row), record: record)
        if !isFirst { added += 1 }
        isFirst = false
        partner = partner >= 0 ? probe.index.next(after: partner) : -1
      } while partner >= 0
    }
  }

  func finish() -> RowStore {
    guard probe.plan.unmatchedSide == .keep else { return result }
    let side = probe.index.store
    for row in probe.unmatchedRows {
      result.beginRow()
      for place in plan.result.indices {
        if let column = plan.fromRight[place] {
          result.put(place, side, row, column)
        } else {
          result.put(place, slot: nil)
        }
      }
      result.finishRow(
        line: side.lines[row], record: side.recordOf.isEmpty ? -1 : side.recordOf[row])
      added += 1
    }
    return result
  }
}
