// Each screen as text and inks, at the sizes people work at.

import Cells
import Console
import ETLKit
import TestSupport
import Testing

@Suite struct `A screen` {
  struct Scene: CustomTestStringConvertible, Sendable {
    let name: String
    let keys: String
    var workspace = FakeWorkspace()
    var testDescription: String { name }
  }

  static let scenes = [
    Scene(name: "overview", keys: "jjj"),
    Scene(name: "runs", keys: "2jj"),
    Scene(name: "run", keys: "2<Enter>jj"),
    Scene(name: "retry", keys: "3j<Enter><Space><Space>"),
    Scene(name: "record", keys: "3j<Enter><Enter>jjj"),
    Scene(name: "record.edit", keys: "3j<Enter><Enter>e<C-u>713"),
    Scene(name: "fix", keys: "3j<Enter>FDeaths := abs(Deaths)<Enter>"),
    Scene(name: "purge", keys: "3j<Enter>D3"),
    Scene(name: "charts", keys: "4<Enter><Space>"),
    Scene(name: "help", keys: "3?"),
    Scene(name: "palette", keys: ":re"),
    Scene(name: "confirm", keys: "jjjx"),
    Scene(name: "filter", keys: "3/pipeline:covid"),
    Scene(name: "held", keys: "3", workspace: .holding),
    Scene(name: "held.runs", keys: "2jjjj", workspace: .holding),
    Scene(name: "held.overview", keys: "", workspace: .holding),
    Scene(name: "held.publish", keys: "3pthe gap is known", workspace: .holding),
    Scene(name: "held.drop", keys: "3<Tab><Tab>x", workspace: .holding),
  ]

  static let sizes = [
    CellSize(columns: 80, rows: 24), CellSize(columns: 160, rows: 48),
    CellSize(columns: 40, rows: 10),
  ]

  @Test(arguments: scenes, sizes)
  func `looks as recorded in Unicode`(scene: Scene, size: CellSize) {
    expect(scene, size, .unicode)
  }

  @Test(arguments: scenes, sizes.dropLast())
  func `looks as recorded in ASCII`(scene: Scene, size: CellSize) {
    expect(scene, size, .ascii)
  }

  @Test(arguments: scenes)
  func `sends nothing but ASCII where the terminal has no more`(scene: Scene) {
    var session = ConsoleSession(scene.workspace, columns: 100, rows: 30, glyphs: .ascii)
    session.press(scene.keys)
    let isPlain = session.text.unicodeScalars.allSatisfy { $0.isASCII }
    #expect(isPlain, "\(session.text)")
  }

  @Test(arguments: scenes)
  func `parks the hardware cursor where the operator is`(scene: Scene) {
    var session = ConsoleSession(scene.workspace, columns: 80, rows: 24)
    session.press(scene.keys)
    #expect(session.frame.cursor != nil)
  }

  private func expect(_ scene: Scene, _ size: CellSize, _ glyphs: Glyphs) {
    var session = ConsoleSession(
      scene.workspace, columns: size.columns, rows: size.rows, glyphs: glyphs)
    session.press(scene.keys)
    let frame = session.frame
    let kind = glyphs.isUnicode ? "unicode" : "ascii"
    expectSnapshot(
      "\(size.columns)x\(size.rows)\n\(frame.text)\n-- inks\n\(frame.inkText)",
      named: "\(scene.name).\(size.columns)x\(size.rows).\(kind)")
  }

  @Test(arguments: [
    Scene(name: "overview", keys: ""), Scene(name: "runs", keys: "2"),
    Scene(name: "run", keys: ":99<Enter>"), Scene(name: "retry", keys: "3"),
    Scene(name: "charts", keys: "4"),
  ])
  func `says what to type when there is nothing`(scene: Scene) {
    var session = ConsoleSession(.empty)
    session.press(scene.keys)
    expectSnapshot(session.text, named: "empty.\(scene.name)")
  }

  @Test func `shows the first mistake of a broken pipeline file`() {
    var session = ConsoleSession()
    session.press("j")
    #expect(session.text.contains("✗ broken"))
    #expect(session.text.contains("no step type \"fliter\"; did you mean \"filter\"?"))
    #expect(session.text.contains("etl-tui check shows all mistakes of all files"))
  }

  @Test(arguments: ["", "2", "2<Enter>", "3", "4"])
  func `says that it reads before the first answer`(keys: String) {
    var state = ConsoleState(now: Sample.now)
    for key in Key.sequence(keys) { _ = state.apply(.input(.key(key))) }
    #expect(state.frame(state.size).text.contains("reading") || keys.hasSuffix("<Enter>"))
  }
}
