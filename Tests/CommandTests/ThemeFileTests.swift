import Cells
import ETLKit
import Foundation
import TestSupport
import Testing

@testable import etl_tui

@Suite struct `A theme file` {
  @Test(arguments: ShippedThemes.names)
  func `that is shipped stands in the program as it stands in themes`(name: String) throws {
    let path = Fixtures.repository.appendingPathComponent("themes/\(name).yaml")
    #expect(ShippedThemes.text(name) == (try String(contentsOf: path, encoding: .utf8)))
  }

  @Test func `in themes is shipped, each one`() throws {
    let folder = Fixtures.repository.appendingPathComponent("themes").path
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(files.sorted() == ShippedThemes.names.map { $0 + ".yaml" }.sorted())
  }

  @Test(arguments: ShippedThemes.names)
  func `that is shipped has no mistake and nothing hard to see`(name: String) throws {
    let file = ThemeFile(try #require(ShippedThemes.text(name)), file: name)
    #expect(file.problems == [])
    let theme = try #require(file.theme)
    #expect(theme.name == name)
    #expect(ThemeFile.findings(of: theme) == [])
  }

  @Test func `for the default is the theme of the same name`() {
    #expect(ShippedThemes.theme("default") == Theme.default)
  }

  @Test func `gives colours, letters and what to do with few colours`() throws {
    let file = ThemeFile(
      """
      name: mine
      variant: light
      palette: {sea: '#076678'}
      state:
        running: {fg: sea, attr: bold underline, c256: 24, c16: cyan, mono: [bold, italic]}
      chart:
        heat: [0, 1, 2, bright-red, default]
      """, file: "mine.yaml")
    #expect(file.problems == [])
    let theme = try #require(file.theme)
    #expect(theme.variant == .light)
    #expect(
      theme.style(of: .running)
        == ThemeStyle(
          foreground: ThemeColor("#076678"), emphasis: [.bold, .underline], in256: .indexed(24),
          in16: .indexed(6), mono: [.bold, .italic]))
    #expect(theme.style(of: .heat(3)).foreground == .indexed(9))
  }

  @Test func `takes over what it inherits`() throws {
    let file = ThemeFile(
      "name: mine\ninherits: nord\nstate: {ok: '#ffffff'}", file: "mine.yaml",
      inherited: ShippedThemes.theme)
    let theme = try #require(file.theme)
    #expect(theme.style(of: .ok).foreground == ThemeColor("#ffffff"))
    #expect(theme.style(of: .text).foreground == ThemeColor("#d8dee9"))
  }

  @Test func `with many mistakes tells all of them, each with its place`() {
    let file = ThemeFile(
      """
      name: mine
      variant: drak
      inherits: nowhere
      palete: {}
      palette: {sea: '#07667', spare: red, red: blue}
      ui: {txt: red, select: {fg: rde, back: blue, attr: bald}, muted: [red]}
      chart:
        series: [red, green]
        heat: hot
      """, file: "mine.yaml")
    #expect(file.theme == nil)
    let first = file.problems.map {
      "\($0.mark.line):\($0.mark.column) \($0.what)" + ($0.suggestion.map { " | \($0)" } ?? "")
    }
    expectSnapshot(first.joined(separator: "\n"), named: "theme-file.mistakes")
  }

  @Test(arguments: [
    ("", "1:1 the file is empty"),
    ("name: mine\nname: yours\n", "1:1 written twice: name"),
    ("- a\n", "1:1 a theme is a mapping of names to values"),
    ("variant: dark\n", "1:1 the theme has no name"),
  ])
  func `that is none says so`(text: String, message: String) throws {
    let problem = try #require(ThemeFile(text, file: "mine.yaml").problems.first)
    #expect("\(problem.mark.line):\(problem.mark.column) \(problem.what)" == message)
  }

  @Test func `says what is hard to see in words and numbers`() throws {
    let file = ThemeFile(
      """
      name: dim
      ui: {bg: '#000000', text: '#ffffff', muted: '#555555'}
      state: {ok: '#40c040', running: '#41c141', rejects: '#ffffff', failed: '#ff8080'}
      """, file: "dim.yaml")
    let findings = ThemeFile.findings(of: try #require(file.theme))
    #expect(findings.first == "ui.muted has a contrast of 2.8 on ui.bg; 3.5 is needed")
    #expect(
      findings.last == "state.ok and state.running look alike: 0.00 apart in OKLab; 0.06 is needed")
  }
}
