// `etl-tui retry export` and `import`: the queue mended in a spreadsheet or a script.

import ArgumentParser
import ETLKit
import Foundation

/// How an export is written.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
  case csv, ndjson

  var value: QueueFormat { self == .csv ? .csv : .ndjson }
}

struct RetryExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write open records as CSV or JSON lines, to mend them elsewhere.",
    discussion: """
      The columns are those of the records' files, with _id, _reason, _line and _file in front, \
      _raw for records whose fields cannot be told apart, and _mark, by which `retry import` sees \
      that a record changed meanwhile.

      With --output the file is whole or not there; one of that name is replaced when all records \
      are on the disk, and stays as it is when anything fails.
      """)

  @Option(help: "csv or ndjson.")
  var format = ExportFormat.csv

  @Option(name: .shortAndLong, help: "The file; standard output if left out.", completion: .file())
  var output: String?

  @OptionGroup var selection: RecordSelection
  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    let reader = WorkspaceReader(try options.existing())
    let selection = try selection.value()
    let count =
      if let output {
        try reader.export(selection, as: format.value, to: output)
      } else {
        try reader.export(selection, as: format.value, write: Output.write)
      }
    Output.complain("\(Readable.count(count)) record\(count == 1 ? "" : "s") exported")
  }
}

struct RetryImport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Take mended records back, found again by _id.",
    discussion: """
      What differs from the queue becomes one step, which `retry undo` takes back; the records are \
      tried by the next run. A record that changed after it was exported is named and left alone.
      """)

  @Argument(help: "The file; - reads standard input.")
  var file: String

  @Flag(help: "Only say what would be; store nothing.")
  var dryRun = false

  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    let workspace = try options.existing()
    let handle = file == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: file)
    guard let handle, let data = try? handle.readToEnd() ?? Data() else {
      throw EngineError(.queue(.file("the file cannot be read", path: file, line: nil)))
    }
    let found = try WorkspaceReader(workspace).readImport([UInt8](data), path: file)
    for row in found.skipped { Output.complain("\(file):\(row.line): \(row.why); left alone") }
    var changed = found.edits.count
    var skipped = found.skipped.count
    if !dryRun, !found.edits.isEmpty {
      let act = try workspace.state().edit(
        found.edits, as: .import, note: (file as NSString).lastPathComponent, by: Person.name)
      for id in act.skippedIDs {
        Output.complain("\(file): record \(id) changed meanwhile; left alone")
      }
      changed = act.changed
      skipped += act.skipped
    }
    Output.write(
      "\(Readable.count(changed)) \(dryRun ? "would be edited" : "edited"), "
        + "\(Readable.count(found.unchanged)) unchanged, \(Readable.count(skipped)) left alone"
        + (changed > 0 && !dryRun ? "; etl-tui retry undo takes it back" : ""))
    if skipped > 0 { throw ExitCode(changed > 0 || found.unchanged > 0 ? 1 : 3) }
  }
}
