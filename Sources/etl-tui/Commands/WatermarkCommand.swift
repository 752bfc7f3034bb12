// `etl-tui watermark`: how far sources were read, and a way to move that by hand.

import ArgumentParser
import ETLKit
import Foundation

struct WatermarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watermark", abstract: "Show or move how far sources were read.",
    subcommands: [WatermarkShow.self, WatermarkSet.self])
}

struct WatermarkShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the marks, what the next run reads, and their history.")

  @Argument(help: "Only this pipeline.")
  var pipeline: String?

  @OptionGroup var list: ListOptions
  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    let workspace = try options.existing()
    let pipelines =
      try pipeline.map { [try workspace.pipeline(named: $0)] }
      ?? workspace.pipelines().compactMap(\.pipeline)
    let states = try pipelines.flatMap { try workspace.watermarks(of: $0) }
    if list.json { return states.forEach { Output.write(EventJSON.line(Self.object($0))) } }
    if states.isEmpty {
      Output.write(
        "no source has a watermark; add watermark: {column: COLUMN} to one that only grows")
    }
    for state in states { Self.write(state) }
  }

  private static func write(_ state: WatermarkState) {
    let value = state.current?.value ?? "none"
    Output.write(
      Shown.text("\(state.pipeline) \(state.source): \(state.column) \(value), \(reads(state))"))
    if let lost = state.lost {
      Output.write(
        Shown.text(
          "  the state file remembers \(lost.value ?? "none"), \(moved(lost)): the destination is "
            + "an older copy"))
    }
    for mark in state.history.reversed() {
      Output.write(
        Shown.text("  \(Readable.moment(mark.at))  \(mark.value ?? "none")  \(moved(mark))"))
    }
  }

  /// What the next run of a source reads.
  static func reads(_ state: WatermarkState) -> String {
    guard let floor = state.floor else { return "the next run reads everything" }
    return "the next run reads from \(floor) on" + (state.lag.isEmpty ? "" : " (lag \(state.lag))")
  }

  private static func moved(_ mark: Watermark) -> String {
    if let actor = mark.actor { return "set by \(actor)" }
    return "load \(mark.load ?? 0)" + (mark.run.map { " of run \($0)" } ?? "")
  }

  private static func object(_ state: WatermarkState) -> [String: Any] {
    [
      "pipeline": state.pipeline, "source": state.source, "column": state.column,
      "type": state.type, "lag": state.lag, "value": state.current?.value ?? "",
      "reads_from": state.floor ?? "",
      "history": state.history.map { mark -> [String: Any] in
        var object: [String: Any] = ["value": mark.value ?? "", "at_us": mark.at.microseconds]
        object["load"] = mark.load
        object["run"] = mark.run
        object["set_by"] = mark.actor
        return object
      },
    ]
  }
}

struct WatermarkSet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Move the mark of a source; none reads everything again.",
    discussion: """
      The value is of the column's type: 2021-03-09, 2021-03-09T12:00:00Z, 1000.
      The next run reads the files again, though they have not changed.
      """)

  @Argument(help: "The pipeline.")
  var pipeline: String
  @Argument(help: "The source.")
  var source: String
  @Argument(help: "The new mark, or none.")
  var value: String

  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    let workspace = try options.existing()
    let found = try workspace.pipeline(named: pipeline)
    let state = try workspace.setWatermark(
      value == "none" ? nil : value, of: source, in: found, by: Person.name)
    let before = state.history.dropLast().last?.value ?? "none"
    Output.write(
      Shown.text(
        "\(source) of \(pipeline): \(state.column) \(state.current?.value ?? "none"), was \(before); "
          + WatermarkShow.reads(state)))
  }
}
