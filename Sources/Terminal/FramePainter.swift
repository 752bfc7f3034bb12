// Frames in, the bytes that show them out.

import CNcurses
import Cells

/// Paints frames through curses.
struct FramePainter {
  private var diff = GridDiff()
  private var pairs: InkPairs
  private var codes = ColorCodes()
  private let depth: ColorDepth
  private let isPlain: Bool
  // One glyph's scalars: a base and its marks.
  private var scalars = [UInt32](repeating: 0, count: 8)

  /// A painter for the open screen; `isPlain` if it shows ASCII only.
  init(theme: Theme, depth: ColorDepth, isPlain: Bool) {
    self.depth = depth
    self.isPlain = isPlain
    pairs = Self.pairs(theme, depth)
  }

  /// Changes the theme; the next frame must be painted over none.
  mutating func use(_ theme: Theme) { pairs = Self.pairs(theme, depth) }

  /// Takes nothing about the terminal for granted any more.
  mutating func forget() { codes.forget() }

  private static func pairs(_ theme: Theme, _ depth: ColorDepth) -> InkPairs {
    InkPairs(
      theme: theme, depth: depth, pairs: Int(nc_color_pairs()),
      hasDefaultColors: nc_has_default_colors()
    ) { pair, foreground, background in
      nc_define_pair(Int32(pair), Int32(foreground), Int32(background))
    }
  }

  /// Paints a frame over the one shown, and hands over the bytes.
  mutating func paint(
    _ frame: CellGrid, over shown: CellGrid?, send: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    pairs.beginFrame()
    diff.update(from: shown, to: frame)
    draw(frame)
    if pairs.hasRecycled {
      // Cells that did not change may wear a pair that has just become another.
      pairs.beginFrame()
      diff.update(from: nil, to: frame)
      draw(frame)
    }
    let rest = frame.cursor ?? CellPoint(column: 0, row: frame.size.rows - 1)
    nc_flush(
      Int32(clamping: min(max(rest.row, 0), frame.size.rows - 1)),
      Int32(clamping: min(max(rest.column, 0), frame.size.columns - 1)))
    var count = 0
    if let bytes = nc_take(&count), count > 0 {
      codes.shorten(UnsafeBufferPointer(start: bytes, count: count)).withUnsafeBufferPointer(send)
    }
  }

  private mutating func draw(_ frame: CellGrid) {
    var lastRow = -1
    // Whole rows, so that equal rows are equal for curses too, whatever changed in them before: it
    // finds rows that scrolled by comparing, and prints only the cells that differ.
    for run in diff.runs where run.row != lastRow {
      lastRow = run.row
      var before: InkPairs.Paint?
      for column in 0..<frame.size.columns {
        let cell = frame[column, run.row]
        if cell.isContinuation { continue }
        var paint = pairs.paint(cell.style)
        // A gap looks the same in the colour of the letters before it, and needs no code then.
        if let before, cell.glyph == " ", paint.emphasis.isEmpty, before.emphasis.isEmpty,
          paint.background == before.background
        {
          paint = before
        }
        before = paint
        let glyph = isPlain ? cell.glyph.plainLetter : cell.glyph
        var count = 0
        for scalar in glyph.unicodeScalars where count < scalars.count {
          scalars[count] = scalar.value
          count += 1
        }
        let width = max(cell.glyph.cellWidth, 1)
        nc_put(
          Int32(run.row), Int32(column), scalars, Int32(count), Int32(width),
          UInt32(paint.emphasis.rawValue), Int32(paint.pair))
      }
    }
  }
}
