// What the console asks, and when it asks again.

import Cells
import Console
import ETLKit
import Testing

@Suite struct `A console` {
  private func asked(_ effects: [Effect]) -> [Question] {
    effects.compactMap { if case .ask(let question) = $0 { question } else { nil } }
  }

  @Test func `asks for the screen in front only`() {
    var session = ConsoleSession()
    #expect(session.questions == [.status, .overview])
    session.press("2")
    #expect(session.questions.last == .runs(pipeline: nil, limit: 500))
    session.press("<Enter>")
    #expect(session.questions.contains(.run(128, logLimit: 1_000)))
  }

  @Test func `asks again when the state file moved`() {
    var state = ConsoleSession().state
    #expect(asked(state.apply(.changed)) == [.status, .overview])
  }

  @Test func `asks once more, not twice, when it moves while an answer is on its way`() {
    var state = ConsoleState(now: Sample.now)
    #expect(asked(state.apply(.tick(Sample.now))) == [.status, .overview])
    #expect(asked(state.apply(.changed)) == [])
    #expect(asked(state.apply(.changed)) == [])
    #expect(asked(state.apply(.answer(.overview, .overview(Sample.overview)))) == [.overview])
  }

  @Test func `does not ask in a circle when a question cannot be answered`() {
    var state = ConsoleState(now: Sample.now)
    _ = state.apply(.tick(Sample.now))
    let error = ErrorText("the state file is of a newer version", code: "state.newer")
    #expect(asked(state.apply(.answer(.overview, .failed(.overview, error)))) == [])
    #expect(state.frame(state.size).text.contains("the state file is of a newer version"))
    #expect(asked(state.apply(.changed)).contains(.overview))
  }

  @Test func `reads a table again only when a run has ended`() {
    var session = ConsoleSession()
    session.press("4<Enter><Enter>")
    let isRows: (Question) -> Bool = { if case .rows = $0 { true } else { false } }
    let before = session.questions.filter(isRows).count
    session.act(.changed)
    #expect(session.questions.filter(isRows).count == before)
    session.workspace.status.running = 0
    session.act(.changed)
    #expect(session.questions.filter(isRows).count == before + 1)
  }

  @Test func `keeps the cursor on its pipeline when the order changes`() {
    var session = ConsoleSession()
    session.press("jjj")
    #expect(session.text.contains("> covid"))
    session.workspace.overview.pipelines[0].state = .failed
    session.act(.changed)
    #expect(session.text.contains("> covid"))
  }

  @Test func `ignores the answer to a question it no longer has`() {
    var session = ConsoleSession()
    session.press("2<Enter>")
    session.press("[")
    var other = Sample.detail
    other.run.id = 5
    other.run.pipeline = "elsewhere"
    session.act(.answer(.run(5, logLimit: 1_000), .run(other)))
    #expect(!session.text.contains("elsewhere"))
  }

  @Test func `moves its clock once a minute at rest, once a second while something runs`() {
    var session = ConsoleSession()
    #expect(session.state.secondsToTick == 1)
    session.workspace.status.running = 0
    session.act(.changed)
    #expect(session.state.secondsToTick == 38)
    session.act(.tick(Sample.at(38)))
    #expect(session.state.secondsToTick == 60)
  }

  @Test func `leaves when the terminal hangs up`() {
    var state = ConsoleState(now: Sample.now)
    let effects = state.apply(.input(.hangup))
    #expect(effects == [.quit(goodbye: "nothing is running")])
  }
}
