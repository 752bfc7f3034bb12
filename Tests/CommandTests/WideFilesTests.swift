import Foundation
import TestSupport
import Testing

/// Three files with one column a day, put together by `unpivot` and two joins, against the file that
/// other people's program made of them.
@Suite struct `The wide files of a whole epidemic` {
  /// The rows as CSV, in the order they were loaded in.
  private static let lines = """
    SELECT group_concat(line, char(10)) FROM (
      SELECT date || ',' || CASE WHEN instr(country, ',') THEN '"' || country || '"' ELSE country END
        || ',' || CASE WHEN instr(province, ',') THEN '"' || province || '"' ELSE coalesce(province, '')
        END || ',' || confirmed || ',' || coalesce(recovered, '') || ',' || deaths AS line
      FROM jhu_daily ORDER BY rowid)
    """

  @Test func `give every row of the long one`() throws {
    let bench = Bench()
    try bench.fixturePipeline("jhu-wide")
    try bench.linkData()
    let run = try bench.summary(of: "jhu-wide")
    #expect(run.code == 0, "\(run)")
    #expect(run["inserted"] == 330_327)
    #expect(run["rejected"] == 0)
    let long = try unpacked(data("jhu/combined-through-2023-03-09.rebuilt.csv.gz"))
    let found =
      "Date,Country/Region,Province/State,Confirmed,Recovered,Deaths\n"
      + (try bench.rows(Self.lines, of: "jhu.db").first?.first ?? "") + "\n"
    guard found != long else { return }
    for (wanted, got) in zip(long.split(separator: "\n"), found.split(separator: "\n"))
    where wanted != got {
      Issue.record("\(wanted) became \(got)")
      return
    }
    Issue.record("\(found.utf8.count) bytes, \(long.utf8.count) expected")
  }
}
