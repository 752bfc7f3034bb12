// The records at a watermark in a run that appends: those that come again are left out, and those that
// may come again are noted. Belongs to the evaluating thread.

import Records

/// What a watermark knows of the records that it reads again.
final class MarkMemory {
  /// Records that were loaded before.
  private(set) var leftOut = 0

  private let source: String
  private let mark: Int64?
  private let isAnew: Bool
  private let ask: () throws(EngineError) -> [MarkedRecords.Print: Int]
  /// How often earlier loads read each record, and how often it may still come again in this pass.
  private var before: [MarkedRecords.Print: Int]?
  private var known: [MarkedRecords.Print: Int] = [:]
  private var read: [MarkedRecords.Print: MarkedRecords.Count] = [:]
  private var most = 1 << 16

  /// Makes a memory of a source.
  ///
  /// `mark`: as the run found it. `isAnew`: whether a person set it, who wants records again.
  /// `ask`: gives what earlier loads read; asked once, when the source is read.
  init(
    _ source: String, mark: Int64?, isAnew: Bool,
    ask: @escaping () throws(EngineError) -> [MarkedRecords.Print: Int]
  ) {
    self.source = source
    self.mark = mark
    self.isAnew = isAnew
    self.ask = ask
  }

  /// The same before it saw a record.
  var anew: MarkMemory { MarkMemory(source, mark: mark, isAnew: isAnew, ask: ask) }

  /// Begins a pass over the source, of which several loads may have one each.
  func begin() throws(EngineError) {
    if before == nil { before = isAnew || mark == nil ? [:] : try ask() }
    known = before ?? [:]
    (read, leftOut) = ([:], 0)
  }

  /// Notes a record that stands in the queue, mended: it was read before, and comes again.
  func note(_ raw: UnsafeBufferPointer<UInt8>) {
    let print = MarkedRecords.Print(raw)
    read[print, default: MarkedRecords.Count(count: 0)].count += 1
    if let count = known[print], count > 0 { known[print] = count - 1 }
  }

  /// Leaves out the records of a batch that were read before, and notes the others.
  ///
  /// A record without a value in the column is read every time; so is one at the mark or, within the
  /// lag, below it. As often as it was read, with the same bytes, it is the same record.
  /// `column`: the mark's column, cast. `floor`: the least value that later loads read again.
  /// `again`: told the bytes of what is left out.
  func leaveOut(
    of batch: RecordBatch, column index: Int, floor: Int64?,
    waiting: [Int: OpenReject]?, again: (UnsafeBufferPointer<UInt8>) -> Void
  ) -> Int {
    let before = batch.selectedCount
    let column = batch.columns[index]
    batch.keep { row in
      let value = batch.bad[row] || column.nulls[row] ? nil : column.slots[row]
      if let value, let floor, value < floor { return true }
      let raw = batch.raw(row)
      let print = MarkedRecords.Print(raw)
      read[print, default: MarkedRecords.Count(count: 0, value: value)].count += 1
      guard value ?? .min <= mark ?? .min, let count = known[print], count > 0,
        waiting?[batch.place(of: row).offset] == nil
      else { return true }
      known[print] = count - 1
      again(raw)
      return false
    }
    if read.count > most, let floor {
      read = read.filter { $0.value.value.map { $0 >= floor } ?? true }
      most = max(most, 2 * read.count)
    }
    leftOut += before - batch.selectedCount
    return before - batch.selectedCount
  }

  /// What the load has to keep; `floor`: the least value that later loads read again.
  func records(above floor: Int64) -> MarkedRecords {
    MarkedRecords(source: source, floor: floor, counts: read, isAnew: isAnew)
  }
}
