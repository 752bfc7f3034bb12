import Foundation
import Testing

/// Records mended from a shell: word by word what is said, and what is in the table afterwards.
@Suite struct `Mending records` {
  static let pipeline = townsPipeline.replacingOccurrences(
    of: "{type: int, required: true}", with: "{type: int, required: true, min: 0}")
  let bench = Bench()

  init() throws {
    try bench.pipeline("towns", Self.pipeline)
    try bench.write("towns.csv", "town,people\nAy,120\nBree,1o4\nCam,-5\nDee,-50\n")
    _ = try bench.summary(of: "towns")
  }

  private func rows() throws -> [[String]] {
    try bench.rows("SELECT * FROM towns ORDER BY town", of: "towns.db")
  }

  @Test func `says which row an edit would add, stores it, and loads it`() throws {
    let edited = try bench.run("retry", "edit", "1", "--set", "people=104")
    #expect(edited.code == 0)
    #expect(
      edited.output == """
        record 1 of towns, edited
            town   = Bree
            people = 104   was 1o4
          towns ok, load ok
          adds a row to towns: town Bree, people 104
          etl-tui retry run 1 tries it now; etl-tui retry undo takes it back

        """)
    #expect(try rows() == [["Ay", "120"]])
    #expect(try bench.run("retry", "run", "1", "--plain").code == 0)
    #expect(try rows() == [["Ay", "120"], ["Bree", "104"]])
  }

  @Test func `says which row an edit would change, and stores nothing when asked so`() throws {
    let tried = try bench.run("retry", "edit", "1", "--raw", "Ay,99", "--dry-run")
    #expect(tried.code == 0)
    #expect(
      tried.output == """
        record 1 of towns, not stored
            town   = Ay   was Bree
            people = 99   was 1o4
          towns ok, load ok
          changes a row of towns: people 120 → 99

        """)
    #expect(try bench.run("retry", "undo").code == 3)
  }

  @Test func `says why an edit would not pass, and stores it all the same`() throws {
    let edited = try bench.run("retry", "edit", "2", "--set", "people=-6")
    #expect(edited.code == 1)
    #expect(
      edited.output == """
        record 2 of towns, edited
            town   = Cam
            people = -6   was -5   ← people is "-6", less than 0
          towns no, load -
          towns would reject it: people is "-6", less than 0
          etl-tui retry run 2 tries it now; etl-tui retry undo takes it back

        """)
    let undone = try bench.run("retry", "edit", "2", "--undo")
    #expect(undone.output.hasPrefix("record 2: the edit by "))
    #expect(undone.output.hasSuffix(" is taken back\n"))
    let again = try bench.run("retry", "edit", "2", "--undo")
    #expect(again.code == 3 && again.complaints == "record 2 has no edit to take back\n")
    #expect(
      try bench.run("retry", "redo").output == "done again: edited 1 record, 1 changed\n")
    #expect(try bench.run("retry", "redo").complaints == "there is nothing to do again\n")
  }

  @Test func `mends all alike by one expression, in one step`() throws {
    let words = ["retry", "fix", "--reason", "2", "--set", "people := abs(people)"]
    let shown = try Program.run(words, in: bench.folder)
    #expect(shown.code == 0)
    #expect(
      shown.output == """
        id  before  after  then
         2  -5      5      would be loaded
         3  -50     50     would be loaded
        2 of 2 would be loaded
        --apply stores it; nothing was written

        """)
    let applied = try Program.run(words + ["--apply", "--run"], in: bench.folder)
    #expect(applied.code == 0)
    #expect(applied.output.contains("2 edited; etl-tui retry undo takes it back\n"))
    #expect(try rows() == [["Ay", "120"], ["Cam", "5"], ["Dee", "50"]])
  }

  @Test func `sends records out and takes them back mended`() throws {
    let out = try bench.run("retry", "export", "--reason", "2")
    #expect(out.code == 0 && out.complaints == "2 records exported\n")
    #expect(
      out.output.split(separator: "\n").first == "_id,_reason,_line,_file,town,people,_raw,_mark")
    try bench.write(
      "mended.csv",
      out.output.replacingOccurrences(of: ",-5,", with: ",5,")
        .replacingOccurrences(of: "3,people", with: "33,people"))
    let taken = try bench.run("retry", "import", "mended.csv")
    #expect(taken.code == 1)
    #expect(taken.complaints == "mended.csv:3: there is no record 33; left alone\n")
    #expect(
      taken.output
        == "1 edited, 0 unchanged, 1 left alone; etl-tui retry undo takes it back\n")
    #expect(
      try bench.run("retry", "undo").output
        == "undone: imported 1 record, 1 back in the queue\n")
  }

  @Test func `refuses to import what names no record`() throws {
    try bench.write("other.csv", "a,b\n1,2\n")
    let taken = try bench.run("retry", "import", "other.csv")
    #expect(taken.code == 3)
    #expect(taken.complaints == "the header has no _id (queue.file)\n  in other.csv:1\n")
    #expect(try bench.run("retry", "import", "none.csv").code == 3)
  }

  @Test func `asks again for what a condition holds for`() throws {
    let asked = try bench.run("retry", "run", "--where", "code=cast.range age<1h", "--plain")
    #expect(asked.complaints.hasPrefix("2 records asked for\n"))
    let wrong = try bench.run("retry", "run", "--where", "cod=x")
    #expect(wrong.code == 3)
    #expect(
      wrong.complaints == """
        there is no field cod; did you mean code? (queue.query)
          in cod=x, column 1

        """)
  }

  @Test func `purges only as many as were named`() throws {
    let refused = try bench.run("retry", "purge", "--reason", "2", "--count", "3")
    #expect(refused.code == 3)
    #expect(refused.complaints == "that is 2 records, not 3; nothing was purged\n")
    let purged = try bench.run("retry", "purge", "--reason", "2", "--count", "2")
    #expect(purged.code == 0 && purged.output == "2 purged\n")
    #expect(try bench.run("retry", "undo").code == 3)
    #expect(try bench.queue("--records").compactMap { $0["id"] as? Int } == [1])
  }
}
