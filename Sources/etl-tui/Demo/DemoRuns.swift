// The demo's runs, one after the other, as if days and months went by.

import ETLKit
import Foundation

/// One run of the demo.
struct DemoRun {
  /// What it stands for, for a reader.
  var title: String
  var pipeline: String
  /// Files that are read in place of the pipeline's own.
  var sources: [String] = []

  /// The words after `etl-tui`.
  func arguments(in workspace: Workspace, style: [String]) -> [String] {
    let files = sources.map { source in
      source.replacingOccurrences(of: "=", with: "=\(workspace.folder)/")
    }
    return ["run", pipeline, "--workspace", workspace.folder]
      + files.flatMap { ["--source", $0] } + style
  }

  private static func covid(_ title: String, _ day: String) -> DemoRun {
    DemoRun(
      title: title, pipeline: "covid-us-daily",
      sources: [
        "nyt=data/nyt/history/us.\(day).csv", "jhu=data/jhu/combined.\(day).csv.gz",
      ])
  }

  private static let all = [
    DemoRun(title: "flights of a month, with three lookups", pipeline: "flights-2013-01"),
    covid("initial load, published 2020-12-14", "2020-12-14"),
    covid("the next day", "2020-12-15"),
    covid("caught up after three months", "2021-03-16"),
    covid("the next day", "2021-03-17"),
    DemoRun(title: "caught up to the last files", pipeline: "covid-us-daily"),
    DemoRun(title: "states per day", pipeline: "covid-us-states"),
  ]

  /// The runs that are still to come in a workspace; the last of each pipeline always is.
  static func remaining(in workspace: Workspace) throws -> [DemoRun] {
    let reader = WorkspaceReader(workspace)
    var remaining: [DemoRun] = []
    for (place, run) in all.enumerated() {
      let number = all[..<place].count { $0.pipeline == run.pipeline }
      let isLast = !all[(place + 1)...].contains { $0.pipeline == run.pipeline }
      guard case .runs(let runs) = try reader.ask(.runs(pipeline: run.pipeline, limit: 1_000))
      else { continue }
      let loads = runs.count { $0.state == .succeeded || $0.state == .partial }
      if isLast || loads <= number { remaining.append(run) }
    }
    return remaining
  }
}
