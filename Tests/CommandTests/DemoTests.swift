import ETLKit
import Foundation
import TestSupport
import Testing

@testable import etl_tui

@Suite struct `The demo` {
  static let fixtures = ["ETL_FIXTURES": Fixtures.url("").path]

  @Test func `runs to its end without a terminal, and again without work`() throws {
    let scratch = Scratch()
    let place = scratch.path("demo")
    let first = try Program.run(["demo", place], in: "/", environment: Self.fixtures)
    #expect(first.code == 1)
    #expect(
      first.lines.filter { $0.contains(" · run ") }.map { $0.components(separatedBy: " in ")[0] }
        == [
          "flights-2013-01 · run 1 · partial", "covid-us-daily · run 2 · succeeded",
          "covid-us-daily · run 3 · succeeded", "covid-us-daily · run 4 · succeeded",
          "covid-us-daily · run 5 · succeeded", "covid-us-daily · run 6 · partial",
          "covid-us-states · run 7 · succeeded",
        ])
    let queue = try Program.run(["retry", "list", "--json", "-w", place], in: "/").objects
    #expect(queue.map { $0["count"] as? Int } == [4_180, 680, 155, 14])

    let again = try Program.run(["demo", place], in: "/", environment: Self.fixtures)
    #expect(again.code == 0)
    #expect(
      again.lines.filter { $0.contains(" · run ") }.map { $0.components(separatedBy: " in ")[0] }
        == [
          "flights-2013-01 · run 8 · unchanged", "covid-us-daily · run 9 · unchanged",
          "covid-us-states · run 10 · unchanged",
        ])
  }

  @Test func `starts its runs one after the other, apart from the console`() throws {
    let scratch = Scratch()
    let demo = try DemoWorkspace.prepare(
      at: scratch.path("demo"), from: DemoFixtures(folder: Fixtures.url("").path), throttle: nil)
    let place = demo.workspace.folder
    do {
      let lock = try #require(demo.lock())
      defer { close(lock) }
      #expect(try Program.run(["demo-runs", place], in: "/").code == 3)
    }
    #expect(try Program.run(["demo-runs", place], in: "/").code == 0)
    let runs = try Program.run(["runs", "--json", "-w", place], in: "/").objects
    #expect(
      runs.map { $0["state"] as? String }
        == [
          "succeeded", "partial", "succeeded", "succeeded", "succeeded", "succeeded", "partial",
        ])
    #expect(Set(runs.compactMap { $0["run"] as? Int }) == Set(1...7))
  }

  @Test func `reads the flights slowly where it is watched`() throws {
    let scratch = Scratch()
    let demo = try DemoWorkspace.prepare(
      at: scratch.path("demo"), from: DemoFixtures(folder: Fixtures.url("").path), throttle: 1_600)
    let listings = try demo.workspace.pipelines()
    #expect(listings.flatMap(\.diagnostics) == [])
    let sources = listings.compactMap(\.pipeline).flatMap(\.sources)
    let slow = sources.filter { $0.throttle == 1_600 }.map(\.name.value)
    #expect(slow == ["flights"])
  }

  @Test func `leaves a folder alone that is not its own`() throws {
    let scratch = Scratch()
    try scratch.write("letters/one.txt", Data("dear".utf8))
    let result = try Program.run(
      ["demo", "letters"], in: scratch.folder, environment: Self.fixtures)
    #expect(result.code == 3)
    #expect(
      result.complaints.replacingOccurrences(of: scratch.folder, with: "DIR") == """
        the folder is not empty, and no demo made it (demo.not_empty)
          in DIR/letters
          fix: etl-tui demo NEW-FOLDER

        """)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.path("letters")) == ["one.txt"])
  }

  @Test func `says where it looked for its data`() throws {
    let scratch = Scratch()
    let result = try Program.run(
      ["demo", "new"], in: scratch.folder, environment: ["ETL_FIXTURES": scratch.folder])
    #expect(result.code == 3)
    #expect(
      result.complaints.replacingOccurrences(of: scratch.folder, with: "DIR") == """
        ETL_FIXTURES names a folder without the demo's data (demo.no_fixtures)
          in DIR
          fix: ETL_FIXTURES=REPOSITORY/fixtures etl-tui demo

        """)
  }
}

@Suite struct `A new workspace` {
  @Test func `works as it is, and shows a rejected record`() throws {
    let scratch = Scratch()
    let made = try Program.run(["init", "mine"], in: scratch.folder)
    #expect(made.code == 0)
    #expect(
      made.lines == [
        "made mine/pipelines/stations.yaml", "made mine/data/stations.csv",
        "next: etl-tui --workspace mine run stations",
      ])
    let place = scratch.path("mine")
    #expect(
      try Program.run(["check"], in: place).lines == ["1 file checked, no mistakes"])
    let run = try Program.run(["run", "stations", "--json"], in: place)
    #expect(run.code == 1)
    #expect(run.objects.last?["inserted"] as? Int == 4)
    #expect(run.objects.last?["rejected"] as? Int == 1)
  }

  @Test func `is not made where there is one`() throws {
    let scratch = Scratch()
    _ = try Program.run(["init", "."], in: scratch.folder)
    let again = try Program.run(["init", "."], in: scratch.folder)
    #expect(again.code == 3)
    #expect(
      again.complaints.replacingOccurrences(of: scratch.folder, with: "DIR") == """
        there is a workspace already: pipelines/stations.yaml is there (init.exists)
          in DIR
          fix: etl-tui --workspace . check

        """)
  }
}
