import Cells
import TestSupport
import Testing

@Suite struct `Hostile text` {
  @Test(arguments: [
    ("\u{1b}]52;c;cm0gLXJm\u{07}", "␛]52;c;cm0gLXJm␇", "\\x1b]52;c;cm0gLXJm\\x07"),
    ("\u{9d}52;c;eA==\u{9c}", "\\x9d52;c;eA==\\x9c", "\\x9d52;c;eA==\\x9c"),
    ("\u{9b}31m", "\\x9b31m", "\\x9b31m"),
    ("\u{1b}[2J\u{1b}c", "␛[2J␛c", "\\x1b[2J\\x1bc"),
    ("a\r\nb\nc\rd", "a⏎b⏎c␍d", "a\\nb\\nc\\rd"),
    ("a\tb\u{0}c\u{7f}", "a␉b␀c␡", "a\\tb\\x00c\\x7f"),
    (
      "\u{202e}txt.exe\u{2066}x\u{2069}", "\\u202etxt.exe\\u2066x\\u2069",
      "\\u202etxt.exe\\u2066x\\u2069"
    ),
    ("a\u{2028}b\u{85}c", "a⏎b\\x85c", "a\\nb\\x85c"),
    ("a\u{200b}b\u{feff}c\u{ad}", "a\\u200bb\\ufeffc\\xad", "a\\u200bb\\ufeffc\\xad"),
    ("ad\u{200d}min", "ad\\u200dmin", "ad\\u200dmin"),
    ("\u{301}x", "\\u0301x", "\\u0301x"),
    ("\u{e0041}", "\\u{e0041}", "\\u{e0041}"),
    ("Málaga – 漢", "Málaga – 漢", "Malaga - ??"),
  ])
  func `shows what it holds`(text: String, shown: String, plain: String) {
    for (glyphs, expected) in [(Glyphs.unicode, shown), (.ascii, plain)] {
      var grid = CellGrid(size: CellSize(columns: 40, rows: 1), glyphs: glyphs)
      let used = grid.write(text, column: 0, row: 0)
      #expect(grid.text == expected)
      #expect(used == cellWidth(of: text, glyphs: glyphs))
    }
  }

  @Test func `never brings a control or an invisible scalar onto the grid`() {
    forAll(cases: 500) { random in
      var text = String.UnicodeScalarView()
      for _ in 0..<30 {
        let ranges: [ClosedRange<UInt32>] = [
          0...0xff, 0x300...0x36f, 0x2000...0x206f, 0xfe00...0xfe0f, 0xe0000...0xe007f,
          0x1f1e6...0x1f3ff, 0...0xffff,
        ]
        let range = ranges.randomElement(using: &random) ?? 0...0
        if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) {
          text.append(scalar)
        }
      }
      for glyphs in [Glyphs.unicode, .ascii] {
        var grid = CellGrid(size: CellSize(columns: 200, rows: 1), glyphs: glyphs)
        grid.write(String(text), column: 0, row: 0)
        for scalar in grid.text.unicodeScalars {
          let category = scalar.properties.generalCategory
          if [.control, .format, .lineSeparator, .paragraphSeparator].contains(category) {
            return "U+\(String(scalar.value, radix: 16)) from \(text.map { $0.value })"
          }
          if !glyphs.isUnicode, scalar.value > 0x7e { return "not plain: \(scalar)" }
        }
      }
      return nil
    }
  }

  @Test func `is cut off before a megabyte of it is looked at`() {
    let text = String(repeating: "a\u{1b}", count: 500_000)
    var grid = CellGrid(size: CellSize(columns: 4, rows: 1))
    #expect(grid.write(text, column: 0, row: 0) == 4)
    #expect(grid.text == "a␛a␛")
  }
}
