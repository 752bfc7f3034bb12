import Foundation
import TestSupport
import Testing

@testable import etl_tui

@Suite struct `The program` {
  @Test(arguments: [
    [], ["demo"], ["init"], ["check"], ["explain"], ["test"], ["plan"],
    ["run"], ["runs"], ["retry"], ["retry", "list"],
    ["retry", "show"], ["retry", "run"], ["retry", "discard"], ["retry", "undo"],
    ["retry", "redo"], ["retry", "edit"], ["retry", "fix"],
    ["retry", "export"], ["retry", "import"], ["retry", "purge"],
    ["retry", "quarantine"], ["retry", "quarantine", "list"], ["retry", "quarantine", "publish"],
    ["retry", "quarantine", "drop"], ["why"], ["watermark"], ["watermark", "show"],
    ["watermark", "set"],
    ["doctor"], ["prune"], ["render"],
    ["console"], ["completions"], ["changelog"],
  ])
  func `explains itself`(words: [String]) throws {
    let result = try Program.run(words + ["--help"], in: "/")
    #expect(result.code == 0)
    #expect(result.complaints.isEmpty)
    expectSnapshot(result.output, named: (["help"] + words).joined(separator: "."))
  }

  @Test func `has the version of the newest change`() throws {
    let version = try Program.run(["--version"], in: "/").output
    #expect(version == Changelog.version + "\n")
    #expect(try Program.run(["changelog"], in: "/").output.contains("## \(Changelog.version)"))
  }

  @Test func `ends quietly when nobody reads`() throws {
    let script = "(\"$0\" completions zsh; echo $? >&2) | true"
    let result = try Program.run(program: "/bin/sh", ["-c", script, Program.path], in: "/")
    #expect(result.complaints == "0\n")
  }

  @Test func `opens no console where there is no terminal`() throws {
    let bench = Bench()
    try bench.linkData()
    try bench.fixturePipeline("covid-us-daily")
    let result = try bench.run()
    #expect(result.code == 0)
    #expect(result.output.contains("covid-us-daily"))
  }

  @Test func `draws a screen as text, of the size that was asked for`() throws {
    let bench = Bench()
    try bench.fixturePipeline("covid-us-daily")
    let result = try bench.run("render", "overview", "--size", "60x12", "--ascii")
    #expect(result.code == 0)
    #expect(result.output.utf8.allSatisfy { $0 == 10 || (32..<127).contains($0) })
    #expect(result.output.split(separator: "\n", omittingEmptySubsequences: false).count == 13)
  }

  @Test func `draws nothing of a size that is none`() throws {
    let result = try Bench().run("render", "overview", "--size", "0x9")
    #expect(result.code == 3)
    #expect(result.complaints.hasPrefix("Error: \"0x9\" is no size; write columns x rows"))
  }

  @Test func `lists runs for people and for programs`() throws {
    let bench = Bench()
    try bench.pipeline("us", `A variant of a file`.pipeline)
    try bench.write("us.csv", "date,cases,deaths\n2020-01-21,1,0\n2020-01-22,1,x\n")
    _ = try bench.summary(of: "us")
    #expect(
      try bench.run("runs").output == """
        run  pipeline  state    read  inserted  updated  unchanged  rejected  error
          1  us        partial     2         1        0          0         1

        """)
    let run = try #require(try bench.run("runs", "--json").objects.first)
    #expect(run["run"] as? Int == 1)
    #expect(run["rejected"] as? Int == 1)
    let shown = try #require(try bench.run("runs", "--show", "1", "--json").objects.first)
    #expect((shown["stages"] as? [[String: Any]])?.map { $0["name"] as? String } == ["us", "load"])
  }

  @Test func `takes the workspace before or after the subcommand`() throws {
    let scratch = Scratch()
    _ = try Program.run(["init", "mine"], in: scratch.folder)
    for words in [
      ["--workspace", "mine", "check"], ["-w", "mine", "check"], ["--workspace=mine", "check"],
      ["check", "--workspace", "mine"], ["check", "-w", "mine"],
    ] {
      #expect(
        try Program.run(words, in: scratch.folder).lines == ["1 file checked, no mistakes"],
        "\(words)")
    }
    let environment = ["ETL_WORKSPACE": scratch.path("mine")]
    #expect(try Program.run(["check"], in: "/", environment: environment).code == 0)
  }
}
