import AllocationCount
import Cells
import TestSupport
import Testing

@Suite struct `A grid diff` {
  @Test func `turns the old frame into the new one`() {
    forAll(cases: 300) { random in
      let size = CellSize(
        columns: Int.random(in: 1...40, using: &random),
        rows: Int.random(in: 1...12, using: &random))
      var old = CellGrid(size: size)
      scribble(&old, &random)
      var new = old
      for _ in 0..<Int.random(in: 0...3, using: &random) { scribble(&new, &random) }
      var diff = GridDiff()
      diff.update(from: old, to: new)
      var patched = old
      for run in diff.runs {
        for column in run.column..<(run.column + run.columns) {
          patched[column, run.row] = new[column, run.row]
        }
      }
      return patched == new ? nil : "\(size): \(diff.runs)\n\(old.text)\n---\n\(new.text)"
    }
  }

  @Test func `names only what changed`() {
    var old = CellGrid(size: CellSize(columns: 10, rows: 2))
    old.write("0123456789", column: 0, row: 0)
    var new = old
    new[3, 0] = Cell("x")
    new[4, 0] = Cell("y")
    new[8, 0] = Cell("z")
    var diff = GridDiff()
    diff.update(from: old, to: new)
    #expect(diff.runs.map(\.column) == [3, 8])
    #expect(diff.runs.map(\.columns) == [2, 1])
    diff.update(from: new, to: new)
    #expect(diff.runs.isEmpty)
  }

  @Test func `takes wide glyphs whole`() {
    var old = CellGrid(size: CellSize(columns: 6, rows: 1))
    old.write("a漢字", column: 0, row: 0)
    var new = old
    new.write("語", column: 1, row: 0)
    var diff = GridDiff()
    diff.update(from: old, to: new)
    #expect(diff.runs.map(\.column) == [1])
    #expect(diff.runs.map(\.columns) == [2])
  }

  @Test func `is everything after a change of size`() {
    let new = CellGrid(size: CellSize(columns: 3, rows: 2))
    var diff = GridDiff()
    diff.update(from: nil, to: new)
    #expect(diff.runs.map(\.columns) == [3, 3])
    diff.update(from: CellGrid(size: CellSize(columns: 3, rows: 3)), to: new)
    #expect(diff.runs.count == 2)
  }

  @Test func `allocates nothing once it is warm`() {
    let size = CellSize(columns: 120, rows: 40)
    var first = CellGrid(size: size)
    var second = CellGrid(size: size)
    for row in 0..<40 {
      first.write("pipeline \(row) ✓ ok      1,204,\(100 + row)", column: 0, row: row)
      second.write("pipeline \(row) ▸ running 1,209,\(900 - row)", column: 0, row: row)
    }
    var diff = GridDiff()
    diff.update(from: first, to: second)
    diff.update(from: second, to: first)
    let before = allocation_count()
    for _ in 0..<10 {
      diff.update(from: first, to: second)
      diff.update(from: second, to: first)
    }
    #expect(allocation_count() - before == 0)
    #expect(diff.runs.count >= 40)
  }

  private func scribble(_ grid: inout CellGrid, _ random: inout SplitMix64) {
    let texts = ["abc", "漢字かな", "é✓▸", "x", "       ", "😀y"]
    let inks: [Ink] = [.text, .ok, .failed]
    for _ in 0..<4 {
      grid.write(
        texts.randomElement(using: &random) ?? "",
        column: Int.random(in: -2..<grid.size.columns, using: &random),
        row: Int.random(in: 0..<grid.size.rows, using: &random),
        style: CellStyle(inks.randomElement(using: &random) ?? .text))
    }
    grid.restyle(
      CellRect(
        column: Int.random(in: 0..<grid.size.columns, using: &random),
        row: Int.random(in: 0..<grid.size.rows, using: &random), columns: 5, rows: 2)
    ) { $0.ground = .select }
  }
}
