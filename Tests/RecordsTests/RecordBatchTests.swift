import Records
import Testing

@Suite struct `A record batch` {
  private func filled(_ text: String, columns: [ValueType] = [.integer]) -> RecordBatch {
    let batch = RecordBatch(width: 1, columns: columns, capacity: 8, byteCapacity: 64)
    batch.begin(position: .start)
    withBytes(text) { _ = batch.fill(from: $0) }
    var scanner = CSVScanner(dialect: Dialect(hasHeader: false), width: 1)
    scanner.scan(batch, isLast: true)
    return batch
  }

  @Test func `keeps text slots good while its storage grows`() {
    let batch = filled("a\nbc\n")
    let first = batch.textSlot(0, of: 1)
    #expect(String(decoding: batch.bytes(of: first), as: UTF8.self) == "bc")
    var slots: [Int64] = []
    for number in 0..<500 {
      slots.append(withBytes("text \(number)") { batch.append($0) })
      // Its own bytes, which may move while they are copied.
      slots.append(batch.append(batch.bytes(of: slots[0])))
    }
    #expect(String(decoding: batch.bytes(of: slots[998]), as: UTF8.self) == "text 499")
    #expect(String(decoding: batch.bytes(of: slots[999]), as: UTF8.self) == "text 0")
    #expect(String(decoding: batch.raw(1), as: UTF8.self) == "bc")
  }

  @Test func `shortens its selection in place and in order`() {
    let batch = filled("a\nb\nc\nd\n")
    batch.keep { $0 % 2 == 1 }
    #expect((0..<batch.selectedCount).map { batch.selection[$0] } == [1, 3])
    batch.keep { _ in false }
    #expect(batch.selectedCount == 0)
  }

  @Test func `counts a bad record once and forgets it when it begins anew`() {
    let batch = filled("a\nb\n")
    batch.markBad(1)
    batch.markBad(1)
    #expect(batch.badCount == 1)
    batch.begin(position: InputPosition(offset: 4, line: 3, record: 2))
    #expect(batch.badCount == 0)
    #expect(!batch.bad[1])
  }

  @Test func `takes rows from elsewhere until it is full`() {
    let batch = RecordBatch(width: 0, columns: [.integer, .text], capacity: 2)
    batch.begin(position: .start)
    #expect(batch.addRow() == 0)
    #expect(batch.addRow() == 1)
    #expect(batch.addRow() == nil)
    #expect(batch.columns[1].nulls[1])
    let place = RecordPlace(number: 7, line: 9, lastLine: 10, offset: 70, length: 3)
    batch.setPlace(place, of: 1)
    #expect(batch.place(of: 1) == place)
    #expect(batch.selectedCount == 2)
    #expect(batch.raw(0).isEmpty)
  }

  @Test func `passes on what its input throws`() {
    struct Broken: Error {}
    let batch = RecordBatch(width: 1, columns: [])
    batch.begin(position: .start)
    #expect(throws: Broken.self) { try batch.fill { _ throws(Broken) -> Int in throw Broken() } }
  }

  @Test func `goes on where a position says`() {
    let batch = RecordBatch(width: 1, columns: [])
    batch.begin(position: InputPosition(offset: 100, line: 11, record: 9))
    withBytes("x\ny\n") { _ = batch.fill(from: $0) }
    var scanner = CSVScanner(dialect: Dialect(), width: 1)
    scanner.scan(batch, isLast: true)
    #expect(
      batch.place(of: 1) == RecordPlace(number: 11, line: 12, lastLine: 12, offset: 102, length: 1))
  }
}
