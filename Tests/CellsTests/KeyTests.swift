import Cells
import Testing

@Suite struct `A key` {
  @Test(arguments: [
    ("j", Key.character("j"), "j"), ("G", .character("G"), "G"), ("<Enter>", .enter, "⏎"),
    ("<CR>", .enter, "⏎"), ("<C-d>", .control("d"), "^d"), ("<Esc>", .escape, "esc"),
    ("<Tab>", .tab, "tab"), ("<S-Tab>", .backTab, "S-tab"), ("<Space>", .character(" "), "space"),
    ("<Up>", .up, "↑"), ("<pgdn>", .pageDown, "pgdn"), ("<F1>", .function(1), "F1"),
    ("<F12>", .function(12), "F12"), ("<lt>", .character("<"), "<"), ("é", .character("é"), "é"),
  ])
  func `is read from its name and shown as a hint`(name: String, key: Key, hint: String) {
    #expect(Key(name: name) == key)
    #expect(key.name == hint)
    #expect(Key(name: key.fileName) == key)
  }

  @Test(arguments: [
    "", "jj", "<>", "<F0>", "<F99>", "<C->", "<C-dd>", "<Hyper>", "\u{1b}", "<F01>",
  ])
  func `has no other names`(name: String) {
    #expect(Key(name: name) == nil)
  }

  @Test func `comes in sequences`() {
    #expect(
      Key.sequence("jj<Enter>r<C-d><x<") == [
        .character("j"), .character("j"), .enter, .character("r"), .control("d"),
        .character("<"), .character("x"), .character("<"),
      ])
  }

  @Test func `has an ASCII hint for terminals that show no more`() {
    #expect(Key.enter.name(.ascii) == "ret")
    #expect(Key.up.name(.ascii) == "up")
  }
}
