// The throw-away folder of a test: the given texts as files, a state and a database for each run.

import Foundation
import GRDB
import Records

/// A folder that is removed with the value's last reference.
final class TemporaryFolder: Sendable {
  let path: String

  /// `name`: the beginning of the folder's name.
  init(_ name: String) throws(EngineError) {
    let path = NSTemporaryDirectory() + "\(name)-\(UUID().uuidString)"
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw EngineError(.state(.cannotOpen(reason: "no temporary folder can be made", path: path)))
    }
    self.path = path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Where the runs of one test happen.
struct TestBench {
  /// The pipeline as the test runs it: over the given texts, without limits and unnamed checks.
  let whole: Pipeline
  private let folder: String
  private let options: RunOptions

  init(_ test: TestSpec, _ pipeline: Pipeline, folder: String) throws(EngineError) {
    self.folder = folder
    var whole = pipeline
    var options = RunOptions(kind: .dryrun)
    // A day of its own: a test gives the same today and tomorrow.
    options.logicalDate = test.date ?? 10_957
    do {
      try FileManager.default.createDirectory(
        atPath: folder + "/given", withIntermediateDirectories: true)
      for index in whole.sources.indices {
        let source = whole.sources[index].forTest
        whole.sources[index] = source
        let name = source.name.value
        let text = test.given.first { $0.name.value == name }?.text.value ?? source.emptyText
        // The name of the source, so that errors say which of the texts they mean.
        let path = "given/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(path)"))
        options.sources[name] = path
      }
    } catch {
      throw EngineError(.state(.cannotOpen(reason: "a given text cannot be written", path: folder)))
    }
    let checked = Set(test.checks.map(\.name.value))
    whole.retry.limit = RejectLimit(rejects: nil)
    whole.checks = whole.checks.filter { checked.contains($0.name.value) }
    self.whole = whole
    self.options = options
  }

  /// Runs a pipeline with a state and a database of its own.
  func run(
    _ pipeline: Pipeline, name: String
  ) async throws(EngineError) -> (summary: RunSummary, workspace: Workspace) {
    var pipeline = pipeline
    pipeline.redirect(to: database(name))
    let workspace = Workspace(at: folder).withState(in: "\(folder)/state-\(name)")
    let summary = try await PipelineRun(pipeline, in: workspace, options: options).run()
    return (summary, workspace)
  }

  private func database(_ name: String) -> String { "\(folder)/\(name).db" }

  /// The rows of a table, in the order they lie there; none if nothing was loaded.
  func table(_ table: String, of name: String) throws(EngineError) -> [[String: SQLiteValue]] {
    let path = database(name)
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    do {
      return try DatabaseQueue(path: path).read { database in
        try Row.fetchAll(database, sql: "SELECT * FROM \(quotedName(table))").map { row in
          Dictionary(
            row.map { ($0, SQLiteValue($1)) }, uniquingKeysWith: { first, _ in first })
        }
      }
    } catch {
      throw EngineError(.load(LoadProblem(error, path: path)))
    }
  }
}

extension SQLiteValue {
  init(_ value: DatabaseValue) {
    switch value.storage {
    case .null: self = .null
    case .int64(let number): self = .integer(number)
    case .double(let number): self = .real(number)
    case .string(let text): self = .text(text)
    case .blob(let data): self = .text(String(decoding: data, as: UTF8.self))
    }
  }
}

extension SourceSpec {
  /// The source as a test reads it: plain UTF-8 text, nothing compared with an earlier load.
  fileprivate var forTest: SourceSpec {
    var source = self
    source.packing = .none
    source.member = nil
    source.encoding = nil
    source.throttle = nil
    source.maximumDrop = nil
    source.freshness = nil
    // The rows of a database are written as CSV.
    if format == .rows {
      source.format = .delimited
      source.dialect = Dialect()
    }
    return source
  }

  /// A text without records that keeps the contract.
  fileprivate var emptyText: String {
    switch format {
    case .json(let path): emptyDocument(path?.text ?? "")
    case .delimited where dialect.hasHeader:
      String(repeating: "\n", count: dialect.skippedLines) + emptyHeader
    case .delimited, .jsonLines, .fixed, .rows: ""
    }
  }

  /// The declared columns under their names in the file, each at its place.
  private var emptyHeader: String {
    var names: [String] = []
    for column in columns.map(\.value) {
      guard let position = column.position else {
        names.append(column.from)
        continue
      }
      while names.count < position { names.append("") }
      names[position - 1] = column.from
    }
    let text = DelimitedText(
      delimiter: dialect.delimiter, quote: dialect.quote ?? UInt8(ascii: "\""))
    return ((try? text.join(names)).map { String(decoding: $0, as: UTF8.self) } ?? "") + "\n"
  }

  /// A document whose array of records is empty.
  private func emptyDocument(_ path: String) -> String {
    let keys = path.split { path.hasPrefix("/") ? $0 == "/" : $0 == "." }
    return keys.reversed().reduce("[]") { inner, key in
      "{\(JSONText.quoted(String(key))):\(inner)}"
    }
  }
}
