// `etl-tui prune`: removes what was kept long enough, and records that it did.

import ArgumentParser
import ETLKit
import Foundation

struct PruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Remove old log lines, runs, bytes of closed records, and fetched files.",
    discussion: """
      Log lines are kept for 90 days, runs that have ended for two years, the bytes
      of records that were loaded or discarded for 90 days, and fetched files as long
      as `fetch.keep` of their source says, or for ever without it. Records that wait
      are kept, and so is every file that one of them stands in or that was loaded
      last. What went is recorded as a run of kind prune.
      """)

  @Option(
    help: ArgumentHelp(
      "Log lines, runs and bytes of this age, such as 30d, in place of the usual ages.",
      valueName: "AGE"))
  var olderThan: String?

  @Flag(help: "Only say what would go.")
  var dryRun = false

  @OptionGroup var list: ListOptions
  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    let workspace = try options.existing()
    guard FileManager.default.fileExists(atPath: workspace.stateFile) else {
      throw EngineError(.state(.noStateFile(path: workspace.stateFile)))
    }
    let pruner = Pruner(workspace, rules: try rules())
    let all = dryRun ? try pruner.preview() : try pruner.prune()
    for pruned in all {
      Output.write(list.json ? EventJSON.line(object(pruned)) : line(pruned))
    }
    if all.isEmpty, !list.json { Output.write("nothing is old enough to go") }
  }

  private func rules() throws -> RetentionRules {
    guard let olderThan else { return RetentionRules() }
    guard let rules = RetentionRules(olderThan: olderThan) else {
      throw CommandFailure(
        ErrorText(
          "--older-than expects an age such as 30d or 12h, found \"\(olderThan)\"",
          code: "prune.age", fix: "etl-tui prune --older-than 30d --dry-run"))
    }
    return rules
  }

  private func line(_ pruned: Pruned) -> String {
    let name = pruned.pipeline ?? "files of no run"
    if let skipped = pruned.skipped { return "\(name): left alone, \(skipped)" }
    let what = pruned.phrases.joined(separator: ", ")
    let run = pruned.run.map { " · run \($0)" } ?? ""
    return "\(name)\(run): \(dryRun ? "would remove" : "removed") \(what)"
  }

  private func object(_ pruned: Pruned) -> [String: Any] {
    var object: [String: Any] = [
      "pipeline": pruned.pipeline ?? NSNull(), "events": pruned.events, "runs": pruned.runs,
      "records": pruned.records, "files": pruned.files, "file_bytes": pruned.fileBytes,
      "lost_files": pruned.lostFiles, "dry_run": dryRun,
    ]
    if let run = pruned.run { object["run"] = run }
    if let skipped = pruned.skipped { object["skipped"] = skipped }
    return object
  }
}
