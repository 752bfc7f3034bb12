// The box before what cannot be undone.

import Cells
import Testing

@testable import Console

@Suite struct `A question before an act` {
  @Test func `wants the number above 100, then y`() {
    var question = confirmation(101)
    #expect(question.take(.character("y")) == .stays)
    #expect(question.take(.enter) == .stays)
    for letter in "101" { #expect(question.take(.character(letter)) == .stays) }
    #expect(question.take(.enter) == .stays)
    #expect(question.take(.character("y")) == .confirmed)
  }

  @Test(arguments: [Key.enter, .character(" "), .character("x"), .character("Y"), .tab])
  func `does nothing on any key but y`(key: Key) {
    var question = confirmation(1)
    #expect(question.take(key) == .stays)
    #expect(question.take(.character("y")) == .confirmed)
  }

  @Test func `is cancelled by esc`() {
    var question = confirmation(1)
    #expect(question.take(.escape) == .cancelled)
  }

  private func confirmation(_ count: Int) -> ConfirmBox {
    ConfirmBox(title: "purge", verb: "purge", lines: [], count: count, effects: [])
  }
}
