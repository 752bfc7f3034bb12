import Cells
import Synchronization
import Testing

@testable import Terminal

@Suite struct `The colour pairs` {
  private final class Log: Sendable {
    let defined = Mutex<[String]>([])
  }

  private func pairs(_ depth: ColorDepth, count: Int, _ log: Log) -> InkPairs {
    InkPairs(theme: .default, depth: depth, pairs: count, hasDefaultColors: true) {
      pair, foreground, background in
      log.defined.withLock { $0.append("\(pair): \(foreground) on \(background)") }
    }
  }

  @Test func `are made once, when first needed`() {
    let log = Log()
    var pairs = pairs(.indexed, count: 64, log)
    pairs.beginFrame()
    #expect(pairs.paint(CellStyle(.ok)).pair == 1)
    #expect(
      pairs.paint(CellStyle(.failed)) == InkPairs.Paint(emphasis: .bold, pair: 2, background: -1))
    #expect(pairs.paint(CellStyle(.added)).pair == 1)
    #expect(log.defined.withLock { $0 } == ["1: 2 on -1", "2: 1 on -1"])
  }

  @Test func `are not needed for plain text or where there are no colours`() {
    let log = Log()
    var colored = pairs(.indexed, count: 64, log)
    #expect(colored.paint(CellStyle()).pair == 0)
    var plain = pairs(.none, count: 64, log)
    #expect(
      plain.paint(CellStyle(.failed)) == InkPairs.Paint(emphasis: .reverse, pair: 0, background: -1)
    )
    #expect(log.defined.withLock { $0.isEmpty })
  }

  @Test func `are made anew from the one not used for longest`() {
    let log = Log()
    var pairs = pairs(.eight, count: 3, log)
    pairs.beginFrame()
    _ = pairs.paint(CellStyle(.ok))
    _ = pairs.paint(CellStyle(.failed))
    pairs.beginFrame()
    #expect(pairs.paint(CellStyle(.failed)).pair == 2)
    #expect(pairs.paint(CellStyle(.rejects)).pair == 1)
    #expect(pairs.hasRecycled)
    #expect(log.defined.withLock { $0.last } == "1: 3 on -1")
  }

  @Test func `stay as they are for the rest of a frame, and the others go plain`() {
    var pairs = pairs(.eight, count: 2, Log())
    pairs.beginFrame()
    #expect(pairs.paint(CellStyle(.ok)).pair == 1)
    #expect(pairs.paint(CellStyle(.failed)).pair == 0)
    #expect(!pairs.hasRecycled)
  }
}
