// Answers questions about a workspace: what runs, what waits, what was loaded. Reads only, and makes no file.
//
// Every question is one short read transaction on the state file, so runs are never held up.

internal import Foundation
internal import GRDB
internal import Synchronization

/// Answers a console's questions about a workspace.
public final class WorkspaceReader: Sendable {
  /// The workspace.
  public let workspace: Workspace

  let clock: @Sendable () -> Timestamp
  let listings: ListingCache
  let rowCounts = Mutex<[TableName: CountedRows]>([:])
  private let opened = Mutex<OpenedState?>(nil)

  /// Opens nothing yet.
  public init(_ workspace: Workspace, clock: @escaping @Sendable () -> Timestamp = { .now }) {
    self.workspace = workspace
    self.clock = clock
    listings = ListingCache(workspace: workspace)
  }

  /// Answers a question; works while runs write, and before the first one.
  @concurrent
  public func answer(_ question: Question) async -> Answer {
    do throws(EngineError) {
      switch question {
      case .trial(let id, let raw): return .trial(try await trial(of: draft(of: id, raw: raw)))
      case .fix(let reason, let text):
        return .fix(try await fix(reason: reason, FixText(parsing: text)))
      case .publication(let run): return .publication(try await publication(of: run))
      default: return answerNow(question)
      }
    } catch {
      return .failed(question, error.text)
    }
  }

  /// Answers a question on the calling thread; trials, fixes and publications are not.
  public func answerNow(_ question: Question) -> Answer {
    if case .publication = question {
      return .failed(
        question, ErrorText("that takes a moment", code: "state.takes_time", fix: "etl-tui plan"))
    }
    do throws(EngineError) {
      return try reply(question)
    } catch {
      return .failed(question, error.text)
    }
  }

  private func reply(_ question: Question) throws(EngineError) -> Answer {
    switch question {
    case .status:
      return .status(try read(WorkspaceStatus(), status))
    case .overview:
      let known = listings.current()
      return .overview(
        try read(overview(known)) { try overview(known, in: $0) })
    case .runs(let pipeline, let limit):
      return .runs(try read([]) { try runs(pipeline: pipeline, limit: limit, in: $0) })
    case .run(let id, let logLimit):
      return .run(try read(nil) { try run(id, logLimit: logLimit, in: $0) })
    case .causes:
      return .causes(try read([], causes))
    case .records(let reason, let limit):
      return .records(
        try read(RecordList(reason: reason)) { try records(reason: reason, limit: limit, in: $0) })
    case .record(let id):
      return .record(try read(nil) { try record(id, in: $0) })
    case .draft(let id, let changes):
      return .draft(try draft(of: id, setting: changes))
    case .trial: return .trial(RecordTrial())
    case .fix(let reason, let text):
      return .fix(FixPreview(reason: reason, cause: "", field: "", expression: text))
    case .heldLoads:
      return .heldLoads(try read([], heldLoads))
    case .publication(let run):
      return .publication(
        RunForecast(
          summary: RunSummary(run: run, pipeline: "", kind: .dryrun, state: .queued)))
    case .tables:
      return .tables(try tables())
    case .rows(let table, let columns, let limit):
      return .rows(try rows(of: table, columns: columns, limit: limit))
    }
  }

  /// One read transaction; the other value if there is no state file yet.
  func read<Result>(
    _ otherwise: @autoclosure () -> Result, _ body: (Database) throws -> Result
  ) throws(EngineError) -> Result {
    let path = workspace.stateFile
    do {
      guard let pool = try pool() else { return otherwise() }
      return try pool.read(body)
    } catch {
      throw StateFile.engineError(error, path: path)
    }
  }

  /// The open file, opened again if another one stands in its place; nil if there is none.
  private func pool() throws -> DatabasePool? {
    let path = workspace.stateFile
    return try opened.withLock { opened in
      var status = stat()
      guard stat(path, &status) == 0, status.st_size > 0 else {
        opened = nil
        return nil
      }
      if let opened, opened.inode == status.st_ino, opened.device == status.st_dev {
        return opened.pool
      }
      var configuration = StateFile.configuration(readOnly: true)
      configuration.maximumReaderCount = 2
      let pool = try DatabasePool(path: path, configuration: configuration)
      let version = try pool.read { database in
        try StateFile.identify(database, path: path, readOnly: true)
        return try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      }
      // Another process is about to write the first tables.
      guard version > 0 else { return nil }
      opened = OpenedState(pool: pool, inode: status.st_ino, device: status.st_dev)
      return pool
    }
  }
}

/// The state file as it was opened, to notice that it was replaced.
private struct OpenedState {
  var pool: DatabasePool
  var inode: ino_t
  var device: dev_t
}
