// A join or lookup at work: rows find their partner in the gathered side.

import Records

/// The state of one join or lookup of a pass.
final class Probe {
  let stage: String
  let plan: PlanProbe
  let index: KeyIndex
  /// Rows of the side that have been found; plain memory, because every row here writes to it.
  private let isFound: UnsafeMutablePointer<Bool>
  private let found: UnsafeMutablePointer<Int32>
  /// For each added text column, which texts of the side are in the batch already.
  private let texts: [UnsafeMutablePointer<TextInBatch>?]
  private var round: UInt32 = 1

  private struct TextInBatch {
    var slot: Int64 = 0
    var round: UInt32 = 0
  }

  init(stage: String, plan: PlanProbe, index: KeyIndex, capacity: Int) {
    self.stage = stage
    self.plan = plan
    self.index = index
    isFound = .allocate(capacity: max(1, index.store.count))
    isFound.initialize(repeating: false, count: index.store.count)
    found = .allocate(capacity: capacity)
    found.initialize(repeating: -1, count: capacity)
    texts = plan.adds.map { add in
      guard index.store.columns[add.from].type == .text else { return nil }
      let texts = UnsafeMutablePointer<TextInBatch>.allocate(capacity: max(1, index.store.count))
      texts.initialize(repeating: TextInBatch(), count: index.store.count)
      return texts
    }
  }

  deinit {
    isFound.deallocate()
    found.deallocate()
    for column in texts { column?.deallocate() }
  }

  /// Finds the partners of all selected rows and takes over their columns.
  ///
  /// `missed`: called for each row without a partner; says whether it stays.
  /// Gives how many rows are left out because they have a partner.
  /// Throws the second row here that has the same partner, where only one may.
  @discardableResult
  func run(_ batch: RecordBatch, missed: (Int) -> Bool) throws(SecondPartner) -> Int {
    index.find(batch, keys: plan.keys, into: found)
    let isOneHere =
      plan.isJoin && (plan.cardinality == .oneToOne || plan.cardinality == .oneToMany)
    let (found, isFound, keepsOnlyMissed) = (found, isFound, plan.keepsOnlyMissed)
    var second: SecondPartner?
    var matched = 0
    batch.keep { row in
      guard !batch.bad[row] else { return true }
      let partner = Int(found[row])
      guard partner >= 0 else { return missed(row) }
      if isOneHere, isFound[partner], second == nil {
        second = SecondPartner(row: row, partner: partner)
      }
      isFound[partner] = true
      if keepsOnlyMissed { matched += 1 }
      return !keepsOnlyMissed
    }
    if let second { throw second }
    for place in plan.adds.indices { take(place, batch) }
    round &+= 1
    return matched
  }

  /// The first partner of a row of the last batch; -1 if it has none.
  func partner(of row: Int) -> Int { Int(found[row]) }

  /// A row that found a partner which had one already.
  struct SecondPartner: Error {
    var row: Int
    var partner: Int
  }

  private func take(_ place: Int, _ batch: RecordBatch) {
    let add = plan.adds[place]
    let column = batch.columns[add.to]
    let selected = UnsafeBufferPointer(start: batch.selection, count: batch.selectedCount)
    let store = index.store
    let (slots, nulls) = (store.slots[add.from], store.nulls[add.from])
    let (known, found, round) = (texts[place], found, round)
    for row in selected {
      let row = Int(row)
      let partner = batch.bad[row] ? -1 : Int(found[row])
      guard partner >= 0, !nulls[partner] else {
        column.nulls[row] = true
        continue
      }
      column.nulls[row] = false
      guard let known else {
        column.slots[row] = slots[partner]
        continue
      }
      if known[partner].round != round {
        known[partner].slot = batch.append(store.bytes(of: slots[partner]))
        known[partner].round = round
      }
      column.slots[row] = known[partner].slot
    }
  }

  /// Rows of the side that no row here found.
  var unmatchedRows: [Int] {
    var isFound = Array(UnsafeBufferPointer(start: isFound, count: index.store.count))
    for row in isFound.indices where isFound[row] {
      // Only the first row of a key is marked while it is found.
      let next = index.next(after: row)
      if next >= 0 { isFound[next] = true }
    }
    return isFound.indices.filter { !isFound[$0] }
  }
}
