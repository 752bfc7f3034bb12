// `etl-tui retry undo`, `redo` and `purge`: acts taken back, done again, and records gone for good.

import ArgumentParser
import ETLKit
import Foundation

struct RetryUndo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Take the last discard, edit, fix or import back.")

  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    let state = try options.existing().state()
    guard let last = try state.lastUndoableAct() else {
      Output.complain("there is nothing to undo")
      throw ExitCode(3)
    }
    let act = try state.undo(last.id, by: Person.name)
    Output.write("undone: \(last.text), \(ActWords.restored(act, verb: "back in the queue"))")
  }
}

struct RetryRedo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redo", abstract: "Do again what `retry undo` took back.")

  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    let state = try options.existing().state()
    guard let last = try state.lastUndoneAct() else {
      Output.complain("there is nothing to do again")
      throw ExitCode(3)
    }
    let act = try state.redo(last.id, by: Person.name)
    Output.write("done again: \(last.text), \(ActWords.restored(act, verb: "changed"))")
  }
}

struct RetryPurge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "purge", abstract: "Delete records for good; nothing brings them back.",
    discussion: """
      Deletes their bytes, their history and what the journal knew of their contents. A record whose \
      line is still in its file comes back when the file is read again; discard keeps it away.
      """)

  @OptionGroup var selection: RecordSelection
  @Option(help: "How many records that must be; nothing is done if it is another number.")
  var count: Int
  @Option(help: "Why.")
  var note = ""
  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    let workspace = try options.existing()
    let chosen = try selection.value()
    let found = try WorkspaceReader(workspace).count(chosen)
    guard found == count, found > 0 else {
      Output.complain(
        "that is \(Readable.count(found)) record\(found == 1 ? "" : "s"), not "
          + "\(Readable.count(count)); nothing was purged")
      throw ExitCode(3)
    }
    let act = try workspace.state().purge(chosen, by: Person.name, note: note)
    Output.write("\(act.changed) purged" + (act.skipped > 0 ? ", \(act.skipped) left alone" : ""))
    if act.changed == 0 { throw ExitCode(3) }
  }
}

/// Words for what an act did.
enum ActWords {
  /// `2 back in the queue, 1 changed since and left alone`.
  static func restored(_ act: QueueAct, verb: String) -> String {
    "\(act.changed) \(verb)"
      + (act.skipped > 0 ? ", \(act.skipped) changed since and left alone" : "")
  }
}
