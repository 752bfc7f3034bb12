// The screens and their places under the tabs.

/// A screen.
public enum ScreenName: String, Hashable, Sendable, CaseIterable {
  case overview, runs, run, retry, record, charts

  /// The tab it lies under.
  var tab: ScreenName {
    switch self {
    case .overview: .overview
    case .runs, .run: .runs
    case .retry, .record: .retry
    case .charts: .charts
    }
  }

  /// The screens with a tab, in order of their digits.
  static let tabs: [ScreenName] = [.overview, .runs, .retry, .charts]

  var title: String {
    switch self {
    case .overview: "Overview"
    case .runs: "Runs"
    case .run: "Run"
    case .retry: "Retry"
    case .record: "Record"
    case .charts: "Charts"
    }
  }
}

/// A part of a screen with a rule above it.
enum PaneName: String, Hashable, Sendable {
  case pipelines, preview, stages, needs, events
  case runs, log, facts, checks
  case held, causes, records, record
  case fields, raw, trial, history
  case tables, columns, chart
}
