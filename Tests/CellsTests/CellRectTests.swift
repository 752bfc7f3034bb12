import Cells
import TestSupport
import Testing

@Suite struct `A cell rectangle` {
  @Test func `splits into parts that cover it exactly`() {
    forAll { random in
      let area = anyArea(&random)
      let count = anyNumber(&random)
      let vertical = (area.top(count), area.dropTop(count))
      let horizontal = (area.left(count), area.dropLeft(count))
      guard vertical.0.rows + vertical.1.rows == area.rows,
        vertical.1.row == area.row + vertical.0.rows,
        horizontal.0.columns + horizontal.1.columns == area.columns,
        horizontal.1.column == area.column + horizontal.0.columns
      else { return "\(area) at \(count)" }
      return nil
    }
  }

  @Test func `splits the same from the far sides`() {
    forAll { random in
      let area = anyArea(&random)
      let count = anyNumber(&random)
      let bottom = area.bottom(count)
      let right = area.right(count)
      guard bottom.endRow == area.endRow, area.dropBottom(count).endRow == bottom.row,
        right.endColumn == area.endColumn, area.dropRight(count).endColumn == right.column
      else { return "\(area) at \(count)" }
      return nil
    }
  }

  @Test func `keeps every part inside itself, from 1x1 to 300x100`() {
    forAll(cases: 2_000) { random in
      let size = CellSize(
        columns: Int.random(in: 1...300, using: &random),
        rows: Int.random(in: 1...100, using: &random))
      let whole = CellRect(size: size)
      let count = anyNumber(&random)
      for part in [
        whole.top(count), whole.dropTop(count), whole.bottom(count), whole.dropBottom(count),
        whole.left(count), whole.dropLeft(count), whole.right(count), whole.dropRight(count),
        whole.inset(by: count),
      ] where part.intersection(whole) != part || part.rows < 0 || part.columns < 0 {
        return "\(part) leaves \(whole) at \(count)"
      }
      return nil
    }
  }

  @Test func `survives the largest numbers`() {
    let area = CellRect(column: .max, row: .min, columns: .max, rows: .max)
    #expect(area.inset(by: .max).isEmpty)
    #expect(area.intersection(CellRect(size: CellSize(columns: 80, rows: 24))).isEmpty)
    #expect(CellRect(size: CellSize(columns: .min, rows: -1)).isEmpty)
  }

  private func anyArea(_ random: inout SplitMix64) -> CellRect {
    CellRect(
      column: Int.random(in: -5...300, using: &random),
      row: Int.random(in: -5...100, using: &random),
      columns: Int.random(in: 0...300, using: &random),
      rows: Int.random(in: 0...100, using: &random))
  }

  private func anyNumber(_ random: inout SplitMix64) -> Int {
    [Int.min, -1, 0, 1, 2, 40, 80, 99, 1_000, Int.max].randomElement(using: &random) ?? 0
  }
}
