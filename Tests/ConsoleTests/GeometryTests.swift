// Geometry is total: every screen at every size, with whatever lies over it.

import Cells
import Console
import TestSupport
import Testing

@Suite struct `The frame` {
  static let places = [
    "", "<Tab>", "z", "2", "2<Enter>", "2<Enter>jtt", "2<Enter><Tab>", "3", "3<Enter>", "3<Enter>z",
    "3<Enter><Enter>", "4", "4<Enter>", "4<Enter><Enter>ll", "4<Enter><Enter>lt", "?", "?pa", ":",
    ":run", "jjjx", "/pipeline:c", "3/deaths", "Q",
  ]

  @Test(arguments: places)
  func `fits any small size`(keys: String) {
    var session = ConsoleSession()
    session.press(keys)
    for columns in [1, 2, 3, 4, 5, 7, 10, 14, 19, 20, 21, 26, 40] {
      for rows in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 20] {
        check(session.state, columns, rows, keys)
      }
    }
  }

  @Test func `fits any size up to 300x100`() {
    forAll(cases: 150) { random in
      let keys = Self.places.randomElement(using: &random) ?? ""
      var session = ConsoleSession()
      session.press(keys)
      let size = CellSize(
        columns: Int.random(in: 1...300, using: &random),
        rows: Int.random(in: 1...100, using: &random))
      return problem(session.state.frame(size), size)
    }
  }

  @Test func `fits while sizes and keys come in any order`() {
    forAll(cases: 40) { random in
      var session = ConsoleSession()
      let keys =
        Key.sequence("jkgG{}[]1234`z/nN?:*vV+-0<>tfcolhxyrdu \u{1b}")
        + [.enter, .escape, .tab, .backTab, .control("d"), .control("u"), .pageUp, .down, .right]
      for _ in 0..<40 {
        if Bool.random(using: &random) {
          session.resize(
            Int.random(in: 1...120, using: &random), Int.random(in: 1...50, using: &random))
        }
        let key = keys.randomElement(using: &random) ?? .escape
        session.act(.input(.key(key)))
        if let problem = problem(session.frame, session.state.size) { return problem }
      }
      return nil
    }
  }

  @Test func `is one line of state on a tiny screen`() {
    let session = ConsoleSession(columns: 20, rows: 1)
    #expect(session.text == "▸1 ↻643 ✗1 74%")
    #expect(ConsoleSession(columns: 1, rows: 1).text == "▸")
  }

  @Test func `keeps sign and percent where little more fits`() {
    var session = ConsoleSession(columns: 24, rows: 6)
    session.press("jjj")
    #expect(session.lines.contains { $0.hasPrefix("> covid") && $0.hasSuffix("▸  74%") })
  }

  @Test func `is the same after a detour through other sizes`() {
    var session = ConsoleSession()
    session.press("3<Enter>jjj")
    let before = session.frame
    for (columns, rows) in [(1, 1), (2, 1), (1, 50), (3, 3), (20, 1), (300, 100), (80, 24)] {
      session.resize(columns, rows)
      _ = session.frame
    }
    #expect(session.text == before.text)
  }

  private func check(_ state: ConsoleState, _ columns: Int, _ rows: Int, _ keys: String) {
    let size = CellSize(columns: columns, rows: rows)
    if let problem = problem(state.frame(size), size) {
      Issue.record("\(keys) at \(columns)x\(rows): \(problem)")
    }
  }

  private func problem(_ frame: CellGrid, _ size: CellSize) -> String? {
    guard frame.size == size else { return "the frame is \(frame.size), not \(size)" }
    let lines = frame.text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == size.rows else { return "\(lines.count) lines of \(size.rows)" }
    if let long = lines.first(where: { cellWidth(of: String($0)) > size.columns }) {
      return "a line is longer than \(size.columns): \(long)"
    }
    if let cursor = frame.cursor,
      !(0..<size.columns).contains(cursor.column) || !(0..<size.rows).contains(cursor.row)
    {
      return "the cursor stands outside: \(cursor)"
    }
    return nil
  }
}
