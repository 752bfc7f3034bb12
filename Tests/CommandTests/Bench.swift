// A workspace to try the program on: files in, commands, rows and queue entries out.

import Foundation
import GRDB
import TestSupport

/// A pipeline over `towns.csv` into `towns.db`.
let townsPipeline = """
  etl: 1
  pipeline: {name: towns}
  sources:
    towns:
      type: file
      path: towns.csv
      columns:
        town: {type: text, required: true}
        people: {type: int, required: true}
  load: {from: towns, to: 'sqlite:towns.db', table: towns, mode: upsert, key: [town]}

  """

/// A temporary workspace.
struct Bench {
  let scratch = Scratch()
  var folder: String { scratch.folder }

  /// Writes a file.
  func write(_ name: String, _ text: String) throws { try scratch.write(name, Data(text.utf8)) }

  /// Writes a pipeline file.
  func pipeline(_ name: String, _ text: String) throws { try write("pipelines/\(name).yaml", text) }

  /// Takes a pipeline from the fixtures.
  func fixturePipeline(_ name: String) throws {
    let file = Fixtures.url("pipelines/\(name).yaml")
    try pipeline(name, try String(contentsOf: file, encoding: .utf8))
  }

  /// Makes the fixtures' data the workspace's.
  func linkData() throws {
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("data"), withDestinationPath: Fixtures.url("data").path)
  }

  /// Runs a command on the workspace.
  func run(
    _ arguments: String..., input: Data? = nil, environment: [String: String] = [:]
  ) throws -> Program.Result {
    try Program.run(arguments, in: folder, environment: environment, input: input)
  }

  /// Runs a pipeline and gives its summary with its exit code under `exit`.
  func summary(of pipeline: String, _ arguments: String...) throws -> Summary {
    let result = try Program.run(["run", pipeline, "--json"] + arguments, in: folder)
    return Summary(code: result.code, object: result.objects.last ?? [:], said: result.complaints)
  }

  /// Rows of a database, values as text; empty if the file is not there.
  func rows(_ sql: String, of database: String) throws -> [[String]] {
    var configuration = Configuration()
    configuration.readonly = true
    let path = scratch.path(database)
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    return try queue.read { database in
      try Row.fetchAll(database, sql: sql).map { row in
        row.databaseValues.map { value in
          value.isNull ? "NULL" : String.fromDatabaseValue(value) ?? "\(value)"
        }
      }
    }
  }

  /// Open queue entries as `retry list` tells them.
  func queue(_ arguments: String...) throws -> [[String: Any]] {
    try Program.run(["retry", "list", "--json"] + arguments, in: folder).objects
  }
}

/// What a run said of itself.
struct Summary {
  var code: Int32
  var object: [String: Any]
  var said: String

  var state: String { object["state"] as? String ?? "none" }
  var error: String { (object["error"] as? [String: Any])?["what"] as? String ?? "" }
  subscript(_ name: String) -> Int { object[name] as? Int ?? -1 }

  /// Rows that reached the table.
  var loaded: Int { self["inserted"] + self["updated"] + self["unchanged"] }

  /// The counts as a line, for comparing all at once.
  var counts: String {
    "\(state): inserted \(self["inserted"]), updated \(self["updated"]), "
      + "unchanged \(self["unchanged"]), rejected \(self["rejected"])"
  }
}
