import TestSupport
import Testing

@testable import Terminal

@Suite struct `The colour codes` {
  private func shortened(_ texts: String...) -> String {
    var codes = ColorCodes()
    return texts.map { text in
      var text = text
      return String(decoding: text.withUTF8 { codes.shorten($0) }, as: UTF8.self)
    }.joined(separator: "|")
  }

  @Test(arguments: [
    ("\u{1b}[m\u{1b}[38;5;110m\u{1b}[48;5;236ma", "\u{1b}[0;38;5;110;48;5;236ma"),
    ("\u{1b}[ma\u{1b}[31m\u{1b}[40mb\u{1b}[32m\u{1b}[40mc", "\u{1b}[ma\u{1b}[31;40mb\u{1b}[32mc"),
    ("\u{1b}[ma\u{1b}[31mb\u{1b}[31mc", "\u{1b}[ma\u{1b}[31mbc"),
    ("\u{1b}[ma\u{1b}[1mb\u{1b}[0;4mc", "\u{1b}[ma\u{1b}[1mb\u{1b}[0;4mc"),
    ("\u{1b}[ma\u{1b}[1m\u{1b}[mb", "\u{1b}[mab"),
    ("\u{1b}[ma\u{1b}[31m\u{1b}[39;49mb", "\u{1b}[mab"),
    ("\u{1b}(B\u{1b}[ma\u{1b}(B\u{1b}[mb", "\u{1b}(B\u{1b}[mab"),
    ("\u{1b}[ma\u{1b}[1;4mb\u{1b}[24mc", "\u{1b}[ma\u{1b}[1;4mb\u{1b}[0;1mc"),
    ("\u{1b}[31ma", "\u{1b}[31ma"),
    ("\u{1b}[ma\u{1b}[999mb\u{1b}[31mc", "\u{1b}[ma\u{1b}[999mb\u{1b}[31mc"),
    ("\u{1b}[2;3H\u{1b}[K\u{1b}[?25l漢", "\u{1b}[2;3H\u{1b}[K\u{1b}[?25l漢"),
    ("a\u{1b}[", "a\u{1b}["),
  ])
  func `leave out what changes nothing`(text: String, shorter: String) {
    #expect(shortened(text) == shorter)
  }

  @Test func `remember from frame to frame what was told`() {
    #expect(
      shortened("\u{1b}[0;31;40ma", "\u{1b}[31m\u{1b}[40mb") == "\u{1b}[0;31;40ma|b")
  }

  @Test func `look the same on a terminal`() {
    forAll(cases: 500) { random in
      let pieces = [
        "\u{1b}[m", "\u{1b}[1m", "\u{1b}[0;2m", "\u{1b}[7m", "\u{1b}[31m", "\u{1b}[40m",
        "\u{1b}[38;5;110m", "\u{1b}[48;2;1;2;3m", "\u{1b}[39;49m", "\u{1b}[1;4;97;104m", "x", "y",
        "\u{1b}[5;6H", "\u{1b}[K", "\u{1b}[777m",
      ]
      let text =
        "\u{1b}[m"
        + (0..<20).map { _ in pieces.randomElement(using: &random) ?? "" }
        .joined()
      let shorter = shortened(text)
      return looks(text) == looks(shorter) && shorter.utf8.count <= text.utf8.count
        ? nil : "\(text.debugDescription) → \(shorter.debugDescription)"
    }
  }

  /// What a terminal shows: each printed thing with the codes in force, in the plainest way.
  private func looks(_ text: String) -> [String] {
    var seen: [String] = []
    var state = ["", "39", "49", ""]
    var rest = text[...]
    while let first = rest.popFirst() {
      guard first == "\u{1b}", let end = rest.firstIndex(where: { $0.isLetter }) else {
        seen.append("\(state) \(first)")
        continue
      }
      let parameters = rest[rest.index(after: rest.startIndex)..<end]
      let isColor = rest[end] == "m"
      rest = rest[rest.index(after: end)...]
      guard isColor else {
        seen.append("\(state) \(parameters)")
        continue
      }
      var codes = parameters.split(separator: ";", omittingEmptySubsequences: false)
        .map { Int($0) ?? 0 }[...]
      while let code = codes.popFirst() {
        switch code {
        case 0: state = ["", "39", "49", state[3]]
        case 1...8: state[0] = Set(state[0] + "\(code)").sorted().map(String.init).joined()
        case 30...37, 39, 90...97: state[1] = "\(code)"
        case 40...47, 49, 100...107: state[2] = "\(code)"
        case 38, 48:
          let count = codes.first == 5 ? 2 : 4
          state[code == 38 ? 1 : 2] = "\(codes.prefix(count))"
          codes = codes.dropFirst(count)
        default: state[3] += "?"
        }
      }
    }
    return seen
  }
}
