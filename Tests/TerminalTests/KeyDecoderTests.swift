import Cells
import TestSupport
import Testing

@testable import Terminal

@Suite struct `A key decoder` {
  static let cases: [(String, [Input])] = [
    ("jé漢", [.key(.character("j")), .key(.character("é")), .key(.character("漢"))]),
    ("\r\n\t\u{7f}\u{8}", [.enter, .enter, .tab, .backspace, .backspace].map(Input.key)),
    ("\u{4}\u{1}\u{0}\u{1c}", ["d", "a", "@", "\\"].map { .key(.control($0)) }),
    ("\u{1b}[A\u{1b}OB\u{1b}[1;5C\u{1b}[D", [.up, .down, .right, .left].map(Input.key)),
    (
      "\u{1b}[H\u{1b}OF\u{1b}[1~\u{1b}[4~\u{1b}[7~",
      [.home, .end, .home, .end, .home].map(Input.key)
    ),
    (
      "\u{1b}[2~\u{1b}[3~\u{1b}[5~\u{1b}[6~", [.insert, .delete, .pageUp, .pageDown].map(Input.key)
    ),
    ("\u{1b}[Z", [.key(.backTab)]),
    (
      "\u{1b}OP\u{1b}[[A\u{1b}[15~\u{1b}[17~\u{1b}[24~\u{1b}[1;2S",
      [1, 1, 5, 6, 12, 4].map { .key(.function($0)) }
    ),
    (
      "\u{1b}[13;2u\u{1b}[100;5u\u{1b}[27;5;120~",
      [.enter, .control("d"), .control("x")].map(Input.key)
    ),
    ("\u{1b}x", [.key(.escape), .key(.character("x"))]),
    ("\u{1b}\u{1b}[A", [.key(.escape), .key(.up)]),
    (
      "\u{1b}[200~dd\rq\r\n\u{1b}[31m\u{1b}[201~j",
      [.paste("dd\nq\n\u{1b}[31m"), .key(.character("j"))]
    ),
    ("\u{1b}]11;rgb:00/00/00\u{7}j", [.key(.character("j"))]),
    ("\u{1b}P1+r\u{1b}\\j", [.key(.character("j"))]),
    ("\u{1b}[?62;1c\u{1b}[24;80R\u{1b}[?2026;2$yj", [.key(.character("j"))]),
    ("\u{1b}[<0;10;20Mj\u{1b}[M !!k", [.key(.character("j")), .key(.character("k"))]),
    ("\u{1b}[I\u{1b}[O\u{1b}[99~\u{1b}[123;456;789zj", [.key(.character("j"))]),
    ("\u{1b}OA\u{1b}[[G\u{9b}A", [.key(.up), .key(.character("A"))]),
  ]

  @Test(arguments: cases)
  func `turns bytes into inputs`(bytes: String, inputs: [Input]) {
    var decoder = KeyDecoder()
    #expect(decoder.feed(bytes.utf8) == inputs)
    #expect(decoder.patience == nil)
  }

  @Test(arguments: cases)
  func `does so however the bytes arrive`(bytes: String, inputs: [Input]) {
    let all = Array(bytes.utf8)
    for cut in 0...all.count {
      var decoder = KeyDecoder()
      let found = decoder.feed(all[..<cut]) + decoder.feed(all[cut...])
      #expect(found == inputs, "cut at \(cut)")
    }
    var decoder = KeyDecoder()
    #expect(all.flatMap { decoder.feed([$0]) } == inputs)
  }

  @Test func `takes a lone escape for the key, soon`() {
    var decoder = KeyDecoder()
    #expect(decoder.feed([0x1b]).isEmpty)
    #expect(decoder.patience == 25)
    #expect(decoder.giveUp() == [.key(.escape)])
    #expect(decoder.patience == nil)
  }

  @Test func `throws half a sequence away, later`() {
    var decoder = KeyDecoder()
    #expect(decoder.feed("\u{1b}[1;".utf8).isEmpty)
    #expect(decoder.patience == 250)
    #expect(decoder.giveUp().isEmpty)
    #expect(decoder.feed("j".utf8) == [.key(.character("j"))])
  }

  @Test func `keeps a paste that is cut short in one piece`() {
    var decoder = KeyDecoder()
    #expect(decoder.feed("\u{1b}[200~dd\u{1b}[20".utf8).isEmpty)
    #expect(decoder.giveUp() == [.paste("dd")])
  }

  @Test func `prefers the terminal's own description`() {
    var decoder = KeyDecoder(described: [(Array("\u{1b}[Q".utf8), .function(7))])
    #expect(decoder.feed("\u{1b}[Q".utf8) == [.key(.function(7))])
  }

  @Test func `survives whatever bytes come, and then still knows a key`() {
    forAll(cases: 1_000) { random in
      var decoder = KeyDecoder()
      for _ in 0..<20 {
        let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in
          [0x1b, 0x5b, 0x4f, 0x3b, 0x7e, UInt8.random(in: 0...255, using: &random)]
            .randomElement(using: &random) ?? 0
        }
        _ = decoder.feed(bytes)
      }
      _ = decoder.giveUp()
      let inputs = decoder.feed("j".utf8)
      return inputs == [.key(.character("j"))] ? nil : "\(inputs)"
    }
  }
}
