// A join or lookup at work: rows find their partner in the gathered side.

import Records

/// The state of one join or lookup of a pass.
final class Probe {
  let stage: String
  let plan: PlanProbe
  let index: KeyIndex
  /// Rows of the side that have been found.
  private(set) var isFound: ContiguousArray<Bool>
  private let found: UnsafeMutablePointer<Int32>
  /// Texts of the side that are in the batch already: the slot, and the batch's round.
  private var textSlots: [ContiguousArray<Int64>]
  private var textRounds: [ContiguousArray<UInt32>]
  private var round: UInt32 = 0

  init(stage: String, plan: PlanProbe, index: KeyIndex, capacity: Int) {
    self.stage = stage
    self.plan = plan
    self.index = index
    isFound = ContiguousArray(repeating: false, count: index.store.count)
    found = .allocate(capacity: capacity)
    found.initialize(repeating: -1, count: capacity)
    textSlots = []
    textRounds = []
    for add in plan.adds {
      let isText = index.store.columns[add.from].type == .text
      textSlots.append(ContiguousArray(repeating: 0, count: isText ? index.store.count : 0))
      textRounds.append(ContiguousArray(repeating: 0, count: isText ? index.store.count : 0))
    }
  }

  deinit { found.deallocate() }

  /// Finds the partners of all selected rows and takes over their columns.
  ///
  /// `missed`: called for each row without a partner; says whether it stays.
  /// Throws the second row here that has the same partner, where only one may.
  func run(_ batch: RecordBatch, missed: (Int) -> Bool) throws(SecondPartner) {
    index.find(batch, keys: plan.keys, into: found)
    let isOneToOne = plan.isJoin && plan.cardinality == .oneToOne
    var second: SecondPartner?
    batch.keep { row in
      guard !batch.bad[row] else { return true }
      let partner = Int(found[row])
      guard partner >= 0 else { return missed(row) }
      if isOneToOne, isFound[partner], second == nil {
        second = SecondPartner(row: row, partner: partner)
      }
      isFound[partner] = true
      return true
    }
    if let second { throw second }
    for place in plan.adds.indices { take(place, batch) }
    round &+= 1
  }

  /// A row that found a partner which had one already.
  struct SecondPartner: Error {
    var row: Int
    var partner: Int
  }

  private func take(_ place: Int, _ batch: RecordBatch) {
    let add = plan.adds[place]
    let column = batch.columns[add.to]
    let selected = UnsafeBufferPointer(start: batch.selection, count: batch.selectedCount)
    let isText = column.type == .text
    index.store.slots[add.from].withUnsafeBufferPointer { slots in
      index.store.nulls[add.from].withUnsafeBufferPointer { nulls in
        index.store.withArena { arena in
          for row in selected {
            let row = Int(row)
            let partner = batch.bad[row] ? -1 : Int(found[row])
            guard partner >= 0, !nulls[partner] else {
              column.nulls[row] = true
              continue
            }
            column.nulls[row] = false
            guard isText else {
              column.slots[row] = slots[partner]
              continue
            }
            if textRounds[place][partner] != round &+ 1 {
              let slot = slots[partner]
              let start = Int(UInt64(bitPattern: slot) >> 32)
              let length = Int(slot & 0xFFFF_FFFF)
              textSlots[place][partner] = batch.append(
                UnsafeBufferPointer(rebasing: arena[start..<start + length]))
              textRounds[place][partner] = round &+ 1
            }
            column.slots[row] = textSlots[place][partner]
          }
        }
      }
    }
  }

  /// Rows of the side that no row here found.
  var unmatchedRows: [Int] { isFound.indices.filter { !isFound[$0] } }
}
