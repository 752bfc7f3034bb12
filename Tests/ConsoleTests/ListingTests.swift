// A list keeps its place when rows come and go, and scrolls by half a page beside other panes.

import ETLKit
import Testing

@testable import Console

@Suite struct `A list` {
  struct Row: ListRow {
    var rowID: Int
    var isProblem: Bool { rowID % 7 == 0 }
    func facts(at now: Timestamp) -> [Fact] { [.number("id", rowID)] }
  }

  private func list(_ ids: some Sequence<Int>, height: Int = 10) -> Listing<Row> {
    var list = Listing<Row>()
    list.replace(with: ids.map { Row(rowID: $0) }, at: .zero)
    list.settle(height: height, jumps: false)
    return list
  }

  @Test func `keeps the cursor on its row when rows come and go`() {
    var list = list(1...20)
    _ = list.apply(.by(5))
    list.replace(with: (0...20).reversed().map { Row(rowID: $0) }, at: .zero)
    #expect(list.current?.rowID == 6)
    list.replace(with: [Row(rowID: 1)], at: .zero)
    #expect(list.current?.rowID == 1)
    list.replace(with: [], at: .zero)
    #expect(list.current == nil)
  }

  @Test func `scrolls by a row when it is alone`() {
    var list = list(1...50)
    _ = list.apply(.by(10))
    list.settle(height: 10, jumps: false)
    #expect(list.top == 1)
  }

  @Test func `jumps by half a page beside other panes`() {
    var list = list(1...50)
    _ = list.apply(.by(10))
    list.settle(height: 10, jumps: true)
    #expect(list.top == 6)
    _ = list.apply(.by(-5))
    list.settle(height: 10, jumps: true)
    #expect(list.top == 0)
  }

  @Test func `goes from problem to problem`() {
    var list = list(1...20)
    #expect(list.apply(.problem(1)) == .moved)
    #expect(list.current?.rowID == 7)
    _ = list.apply(.problem(1))
    #expect(list.apply(.problem(1)) == .stayed(because: "no other problem in this list"))
    #expect(list.current?.rowID == 14)
  }

  @Test func `marks rows, ranges, and all that match`() {
    var list = list(1...20)
    _ = list.apply(.mark)
    #expect(list.marks == [1])
    _ = list.apply(.markRange)
    _ = list.apply(.by(2))
    _ = list.apply(.markRange)
    #expect(list.marks == [1, 2, 3, 4])
    list.setFilter(Filter("id:>15"), at: .zero)
    _ = list.apply(.clearMarks)
    _ = list.apply(.markAll)
    #expect(list.marks == [16, 17, 18, 19, 20])
    list.setFilter(.none, at: .zero)
    #expect(list.chosen.map(\.rowID) == [16, 17, 18, 19, 20])
  }

  @Test func `forgets the marks of rows that are gone`() {
    var list = list(1...5)
    _ = list.apply(.markAll)
    list.replace(with: [Row(rowID: 2), Row(rowID: 9)], at: .zero)
    #expect(list.marks == [2])
  }

  @Test func `keeps the cursor in sight at any height`() {
    var list = list(1...200)
    for height in [1, 2, 3, 7, 50, 400, 1] {
      for motion in [Motion.last, .by(-3), .halfPage(-1), .first, .page(1)] {
        _ = list.apply(motion)
        list.settle(height: height, jumps: height % 2 == 0)
        #expect((list.top..<(list.top + list.height)).contains(list.index))
      }
    }
  }
}
