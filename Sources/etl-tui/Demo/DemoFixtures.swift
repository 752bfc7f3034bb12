// Finds the real data that the demo works on: the repository's `fixtures/` folder.

import ETLKit
import Foundation

/// The folder with the demo's data and pipelines.
struct DemoFixtures {
  /// The folder's path.
  let folder: String

  /// The pipelines, by file name.
  static let pipelines = ["covid-us-daily", "covid-us-states", "flights-2013-01"]

  /// The data files, relative to `fixtures/` and, with the same names, to the workspace.
  static let data = [
    "data/nyt/history/us.2020-12-14.csv", "data/nyt/history/us.2020-12-15.csv",
    "data/nyt/history/us.2021-03-16.csv", "data/nyt/history/us.2021-03-17.csv",
    "data/nyt/us.csv", "data/nyt/us-states.csv.gz",
    "data/jhu/combined.2020-12-14.csv.gz", "data/jhu/combined.2020-12-15.csv.gz",
    "data/jhu/combined.2021-03-16.csv.gz", "data/jhu/combined.2021-03-17.csv.gz",
    "data/jhu/combined-through-2023-03-09.rebuilt.csv.gz",
    "data/flights/flights-2013-01.csv.gz", "data/flights/airlines.csv",
    "data/flights/airports.csv", "data/flights/planes.csv",
  ]

  /// Looks at `$ETL_FIXTURES`, else upwards from the program's real place and the current folder.
  static func find() throws -> DemoFixtures {
    let named = ProcessInfo.processInfo.environment["ETL_FIXTURES"] ?? ""
    if !named.isEmpty {
      let folder = URL(fileURLWithPath: named).standardizedFileURL.path
      guard holdsDemo(folder) else {
        throw CommandFailure(
          ErrorText(
            "ETL_FIXTURES names a folder without the demo's data", code: "demo.no_fixtures",
            places: [folder], fix: "ETL_FIXTURES=REPOSITORY/fixtures etl-tui demo"))
      }
      return DemoFixtures(folder: folder)
    }
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
    let starts = [
      program.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path },
      FileManager.default.currentDirectoryPath,
    ].compactMap { $0 }
    for start in starts {
      var place = URL(fileURLWithPath: start).standardizedFileURL
      while true {
        let folder = place.appendingPathComponent("fixtures").path
        if holdsDemo(folder) { return DemoFixtures(folder: folder) }
        if place.path == "/" { break }
        place.deleteLastPathComponent()
      }
    }
    throw CommandFailure(
      ErrorText(
        "the demo's data are not there: no folder fixtures/ above any of these",
        code: "demo.no_fixtures", places: starts,
        fix: "ETL_FIXTURES=REPOSITORY/fixtures etl-tui demo"))
  }

  private static func holdsDemo(_ folder: String) -> Bool {
    (["pipelines/\(pipelines[0]).yaml"] + data).allSatisfy {
      FileManager.default.fileExists(atPath: "\(folder)/\($0)")
    }
  }
}
