import Foundation
import Testing

/// What becomes of records that could not be loaded.
@Suite struct `A record with a bad value` {
  private func bench(_ rows: String) throws -> Bench {
    let bench = Bench()
    try bench.pipeline("towns", townsPipeline)
    try bench.write("towns.csv", "town,people\n" + rows)
    return bench
  }

  @Test func `is loaded once its line is mended, and its entry keeps its history`() throws {
    let bench = try bench("Ay,120\nBree,1o4\n")
    let first = try bench.summary(of: "towns")
    #expect(first.counts == "partial: inserted 1, updated 0, unchanged 0, rejected 1")
    let shown = try bench.run("retry", "show", "1", "--json").objects.first
    #expect(shown?["raw"] as? String == "Bree,1o4")
    #expect(shown?["line"] as? Int == 3)
    #expect(shown?["errors"] as? [String] == [#"people is "1o4", not a whole number"#])

    try bench.write("towns.csv", "town,people\nAy,120\nBree,104\n")
    let second = try bench.summary(of: "towns")
    #expect(second.counts == "succeeded: inserted 1, updated 0, unchanged 1, rejected 0")
    #expect(try bench.queue().isEmpty)
    #expect(
      try bench.rows("SELECT * FROM towns ORDER BY town", of: "towns.db")
        == [["Ay", "120"], ["Bree", "104"]])
    #expect(
      try bench.run("retry", "show", "1").output == """
        record 1 of towns, superseded, closed
          in towns.csv:3, byte 19
          key Bree
          people is "1o4", not a whole number
          raw Bree,1o4
            town = Bree
            people = 1o4   ← people is "1o4", not a whole number
          run 2 superseded: a newer row was there
          run 1 rejected: people is not a whole number
          ended: superseded in run 2: a newer row was there

        """)
  }

  @Test func `is discarded with a reason, and comes back`() throws {
    let bench = try bench("Ay,120\nBree,1o4\n")
    _ = try bench.summary(of: "towns")
    let discarded = try bench.run("retry", "discard", "1", "--note", "a typing error")
    #expect(discarded.output == "1 discarded; etl-tui retry undo brings them back\n")
    #expect(try bench.run("retry", "list").output == "the retry queue is empty\n")
    #expect(try bench.run("retry", "discard", "1").code == 3)
    let undone = try bench.run("retry", "undo")
    #expect(undone.output == "undone: discarded 1 record, 1 back in the queue\n")
    #expect(try bench.queue("--records").compactMap { $0["id"] as? Int } == [1])
    #expect(try bench.run("retry", "undo").code == 3)
  }

  @Test func `is tried again when asked, and only then`() throws {
    let bench = try bench("Ay,120\nBree,1o4\n")
    _ = try bench.summary(of: "towns")
    #expect(try bench.summary(of: "towns").state == "unchanged")
    let asked = try bench.run("retry", "run", "--reason", "1", "--json")
    #expect(asked.code == 1)
    #expect(asked.complaints == "1 record asked for\n")
    #expect(asked.objects.last?["retried"] as? Int == 1)
    #expect(asked.objects.last?["kind"] as? String == "retry")
    #expect(try bench.queue("--records").compactMap { $0["attempts"] as? Int } == [2])
  }

  @Test func `is shown harmlessly whatever bytes it has`() throws {
    let bench = try bench("Ay,120\n\u{1b}[31mBree\u{7},1\u{1b}]0;x\u{7}4\n")
    _ = try bench.summary(of: "towns")
    for command in [["retry", "list"], ["retry", "list", "--records"], ["retry", "show", "1"]] {
      let output = try Program.run(command, in: bench.folder).output
      #expect(!output.utf8.contains { $0 < 32 && $0 != 10 }, "\(command)")
    }
  }

  @Test(arguments: [
    (
      ["retry", "show", "7"],
      """
      there is no record 7 (queue.unknown_record)
        fix: etl-tui retry list --records

      """
    ),
    (
      ["runs", "--show", "7"],
      """
      there is no run 7 (run.unknown)
        fix: etl-tui runs

      """
    ),
  ])
  func `that is not there is named`(words: [String], message: String) throws {
    let bench = try bench("Ay,120\nBree,1o4\n")
    let result = try Program.run(words, in: bench.folder)
    #expect(result.code == 3)
    #expect(result.complaints == message)
  }

  @Test(arguments: [
    (
      ["retry", "discard"],
      "name records: numbers, --reason, --pipeline, --of-run, --older-than, --where or --all"
    ),
    (
      ["retry", "run", "1", "--all"],
      "name records in one way only: numbers, --reason, --pipeline, --of-run, --older-than, "
        + "--where or --all"
    ),
  ])
  func `cannot be named wrongly without a word`(words: [String], message: String) throws {
    let bench = try bench("Ay,120\nBree,1o4\n")
    let result = try Program.run(words, in: bench.folder)
    #expect(result.code == 3)
    #expect(result.complaints.split(separator: "\n").first.map(String.init) == "Error: \(message)")
  }
}
