// A run's events on a terminal, in a log, or as JSON; the summary is the same everywhere.

import ETLKit
import Foundation
import Synchronization

/// Prints a run; called from several threads, never waits for anything but the terminal.
final class RunPrinter: Sendable {
  /// How to print.
  enum Style: Sendable {
    /// A line that is drawn over, on a terminal.
    case bar
    /// A line an event.
    case plain
    /// A JSON object an event.
    case json
    /// Nothing but warnings and errors.
    case quiet
  }

  let style: Style
  private let isBarShown = Mutex(false)

  init(style: Style) { self.style = style }

  /// Shows an event.
  func show(_ event: EngineEvent) {
    switch (event, style) {
    case (.started(let run, let pipeline, _), .json):
      Output.write(EventJSON.line(["event": "started", "run": run, "pipeline": pipeline]))
    case (.started(let run, let pipeline, _), .plain):
      Output.complain("\(pipeline): run \(run) started")
    case (.log(let run, let level, let stage, let text), .json):
      Output.write(
        EventJSON.line([
          "event": "log", "run": run, "level": level.rawValue, "stage": stage ?? "", "text": text,
        ]))
    case (.log(_, let level, let stage, let text), .plain):
      Output.complain("\(level.rawValue) \(stage.map { "\($0): " } ?? "")\(text)")
    case (.log(_, let level, let stage, let text), .bar) where level >= .warn,
      (.log(_, let level, let stage, let text), .quiet) where level >= .warn:
      clearBar()
      Output.complain("\(level.rawValue) \(stage.map { "\($0): " } ?? "")\(text)")
    case (.progress(let run, let stages), .json):
      Output.write(
        EventJSON.line([
          "event": "progress", "run": run,
          "stages": stages.map { stage -> [String: Any] in
            [
              "name": stage.name, "state": stage.state.rawValue, "in": stage.tally.rowsIn,
              "out": stage.tally.rowsOut, "rejected": stage.tally.rejected,
            ]
          },
        ]))
    case (.progress(_, let stages), .bar): drawBar(stages)
    default: break
    }
  }

  /// Prints the summary.
  func finish(_ summary: RunSummary) {
    clearBar()
    if style == .json {
      Output.write(EventJSON.line(EventJSON.object(of: summary)))
    } else {
      for line in RunPrinter.lines(of: summary) { Output.write(line) }
    }
  }

  /// The summary as people read it.
  static func lines(of summary: RunSummary) -> [String] {
    var head = "\(summary.pipeline) · run \(summary.run) · \(summary.state.rawValue)"
    if let started = summary.started, let finished = summary.finished {
      head += " in \(Readable.duration(finished.seconds(since: started)))"
    }
    var lines = [head]
    if summary.state != .unchanged {
      var counts = [("read", summary.read)]
      if summary.retried > 0 { counts.append(("from the queue", summary.retried)) }
      counts += [
        ("inserted", summary.inserted), ("updated", summary.updated),
        ("unchanged", summary.unchanged), ("filtered", summary.filtered),
      ]
      if summary.deduplicated > 0 { counts.append(("deduplicated", summary.deduplicated)) }
      if summary.combined > 0 { counts.append(("combined", summary.combined)) }
      if summary.added > 0 { counts.append(("added", summary.added)) }
      if summary.deleted > 0 { counts.append(("deleted", summary.deleted)) }
      counts += [("unmatched", summary.unmatched), ("rejected", summary.rejected)]
      lines.append(
        "  " + counts.map { "\($0.0) \(Readable.count($0.1))" }.joined(separator: "  "))
      lines += tables(of: summary)
    }
    for check in summary.checks where check.outcome != .pass {
      lines.append("  check \(check.name): \(check.outcome.rawValue), \(check.found)")
    }
    for note in summary.notes { lines.append("  note \(note)") }
    if let error = summary.error {
      lines.append("  error: \(error.what) (\(error.code))")
      for place in error.places { lines.append("    in \(place)") }
      if let fix = error.fix { lines.append("    fix: \(fix)") }
    }
    if summary.openRejects > 0 {
      lines.append(
        "  queue: \(Readable.count(summary.openRejects)) open, "
          + "etl-tui retry list \(summary.pipeline)")
    }
    return lines
  }

  /// The share of each table, if there are several.
  private static func tables(of summary: RunSummary) -> [String] {
    let loads = summary.stages.filter { $0.kind == .load }
    guard loads.count > 1, summary.error == nil else { return [] }
    return loads.map { load in
      let tally = load.tally
      let counts = [
        ("inserted", tally.inserted), ("updated", tally.updated), ("unchanged", tally.unchanged),
        ("rejected", tally.rejected),
      ]
      return "  \(load.name)  "
        + counts.map { "\($0.0) \(Readable.count($0.1))" }.joined(separator: "  ")
    }
  }

  /// 0 done, 1 done with rejected records, 2 could not run, 3 where the source must be declared
  /// better before anything can be read.
  static func exitCode(of summary: RunSummary) -> Int32 {
    switch summary.state {
    case .failed where summary.error?.code == "archive.member": 3
    case .succeeded, .unchanged, .skipped: 0
    case .partial: 1
    case .failed, .cancelled, .crashed, .queued, .running, .paused: 2
    }
  }

  private func drawBar(_ stages: [StageSummary]) {
    guard
      let stage = stages.last(where: { $0.state == .running && $0.fraction != nil })
        ?? stages.last(where: { $0.state == .running })
    else { return }
    let rejected = stages.reduce(0) { $0 + $1.tally.rejected }
    var line = stage.name.padding(toLength: 14, withPad: " ", startingAt: 0) + " "
    if let fraction = stage.fraction {
      let full = Int(fraction * 24)
      line += String(repeating: "#", count: full) + String(repeating: ".", count: 24 - full)
      line += " \(Int(fraction * 100))%"
    }
    line += "  \(Readable.count(stage.tally.rowsIn)) rows"
    if rejected > 0 { line += "  \(Readable.count(rejected)) rejected" }
    isBarShown.withLock { $0 = true }
    Output.draw("\r\u{1b}[K" + String(line.prefix(78)))
  }

  private func clearBar() {
    let wasShown = isBarShown.withLock { isShown in
      defer { isShown = false }
      return isShown
    }
    if wasShown { Output.draw("\r\u{1b}[K") }
  }
}

/// Events and answers as JSON lines, keys sorted.
enum EventJSON {
  /// One object as one line.
  static func line(_ object: [String: Any]) -> String {
    guard
      let data = try? JSONSerialization.data(
        withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }

  /// A summary.
  static func object(of summary: RunSummary) -> [String: Any] {
    var result: [String: Any] = [
      "event": "finished", "run": summary.run, "pipeline": summary.pipeline,
      "kind": summary.kind.rawValue, "state": summary.state.rawValue, "read": summary.read,
      "retried": summary.retried, "inserted": summary.inserted, "updated": summary.updated,
      "unchanged": summary.unchanged, "filtered": summary.filtered,
      "deduplicated": summary.deduplicated, "unmatched": summary.unmatched,
      "combined": summary.combined, "added": summary.added,
      "rejected": summary.rejected, "deleted": summary.deleted,
      "open_rejects": summary.openRejects, "notes": summary.notes,
      "checks": summary.checks.map { check -> [String: Any] in
        [
          "name": check.name, "outcome": check.outcome.rawValue, "found": check.found,
          "failures": check.failures,
        ]
      },
    ]
    if let started = summary.started { result["started_us"] = started.microseconds }
    if let finished = summary.finished { result["finished_us"] = finished.microseconds }
    if let error = summary.error {
      result["error"] = [
        "code": error.code, "what": error.what, "fix": error.fix ?? "", "places": error.places,
      ]
    }
    return result
  }
}
