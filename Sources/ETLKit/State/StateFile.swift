// The state file: what ran, what failed, what waits. One writing connection; every commit that matters is synced.
//
// Concerns live in extensions: RunRecords, SnapshotRecords, LoadProtocol, RetryQueue.

internal import Foundation
internal import GRDB
internal import Synchronization

/// The database of a workspace that holds its runs and its retry queue.
///
/// All calls block for as long as SQLite needs; none of them waits for a person.
public final class StateFile: Sendable {
  /// The folder that holds the file, its locks and its ballast (`.etl`).
  public let folder: String
  /// The file.
  public let path: String

  let queue: DatabaseQueue
  let clock: @Sendable () -> Timestamp
  let ballast: Ballast
  let samplers = Mutex<[RunID: [RateSampler]]>([:])
  let reasons = Mutex<[ReasonKey: ReasonID]>([:])

  private init(
    folder: String, path: String, queue: DatabaseQueue, ballast: Ballast,
    clock: @escaping @Sendable () -> Timestamp
  ) {
    self.folder = folder
    self.path = path
    self.queue = queue
    self.ballast = ballast
    self.clock = clock
  }

  /// Opens the state file in a state folder for writing, makes it if need be, and tidies up after dead runs.
  ///
  /// The folder is `.etl`; its parent must exist. `readOnly` refuses to make or change anything.
  public static func open(
    folder: String, readOnly: Bool = false,
    clock: @escaping @Sendable () -> Timestamp = { .now }
  ) throws(EngineError) -> StateFile {
    let path = folder + "/state.db"
    if readOnly {
      guard access(path, F_OK) == 0 else { throw EngineError(.state(.noStateFile(path: path))) }
    } else {
      try makeFolder(folder)
    }
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration(readOnly: readOnly))
      try queue.writeWithoutTransaction { database in
        try StateFile.identify(database, path: path, readOnly: readOnly)
      }
      let file = StateFile(
        folder: folder, path: path, queue: queue, ballast: Ballast(folder: folder), clock: clock)
      if !readOnly {
        file.ballast.provide()
        try file.recoverRuns()
      }
      return file
    } catch {
      throw StateFile.engineError(error, path: path)
    }
  }

  static func configuration(readOnly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = readOnly
    configuration.busyMode = .timeout(5)
    configuration.label = "state"
    configuration.prepareDatabase { database in
      guard !readOnly else { return }
      try database.useWriteAheadLog()
      try database.execute(sql: "PRAGMA synchronous=FULL")
      try database.execute(sql: "PRAGMA journal_size_limit=67108864")
    }
    return configuration
  }

  /// Refuses foreign and newer files; brings older ones to today's format in one transaction.
  static func identify(_ database: Database, path: String, readOnly: Bool) throws {
    func check() throws -> Int {
      let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      let application = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
      let pages = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
      guard application == StateSchema.applicationID || pages == 0 else {
        throw EngineError(.state(.foreignFile(path: path)))
      }
      guard version <= StateSchema.version else {
        throw EngineError(
          .state(.newerVersion(found: version, known: StateSchema.version, path: path)))
      }
      return version
    }
    // All of it at one moment: another process may be making the file.
    var version = 0
    if database.isInsideTransaction {
      version = try check()
    } else {
      try database.inTransaction(.deferred) {
        version = try check()
        return .commit
      }
    }
    guard version < StateSchema.version else { return }
    guard !readOnly else { throw EngineError(.state(.noStateFile(path: path))) }
    try database.inTransaction(.immediate) {
      // Looked at again under the lock: another process may have been first.
      for step in StateSchema.steps[try check()...] { try database.execute(sql: step) }
      try database.execute(sql: "PRAGMA application_id=\(StateSchema.applicationID)")
      try database.execute(sql: "PRAGMA user_version=\(StateSchema.version)")
      return .commit
    }
  }

  private static func makeFolder(_ folder: String) throws(EngineError) {
    var status = stat()
    for path in [folder, folder + "/locks"] where stat(path, &status) != 0 {
      guard mkdir(path, 0o777) != 0, errno != EEXIST else { continue }
      switch errno {
      case ENOENT: throw EngineError(.state(.folderMissing(path: parent(of: path))))
      case EACCES, EPERM, EROFS: throw EngineError(.state(.readOnly(path: path)))
      case ENOSPC: throw EngineError(.state(.diskFull(path: path)))
      default:
        throw EngineError(.state(.cannotOpen(reason: String(cString: strerror(errno)), path: path)))
      }
    }
  }

  private static func parent(of path: String) -> String {
    let folder = (path as NSString).deletingLastPathComponent
    return folder.isEmpty ? "." : folder
  }
}

extension StateFile {
  /// How a write is kept.
  enum Durability {
    /// Synced before the call returns.
    case full
    /// Whole after a crash of the machine, but perhaps not there: for progress.
    case relaxed
  }

  /// One transaction that writes.
  func write<Result>(
    _ durability: Durability = .full, _ body: (Database) throws -> Result
  ) throws(EngineError) -> Result {
    do {
      return try queue.writeWithoutTransaction { database in
        // Said each time: one that could not be set back after an error would weaken all others.
        let level = durability == .full ? "FULL" : "NORMAL"
        try database.execute(sql: "PRAGMA synchronous=\(level)")
        defer {
          if durability == .relaxed { try? database.execute(sql: "PRAGMA synchronous=FULL") }
        }
        var result: Result?
        try database.inTransaction(.immediate) {
          result = try body(database)
          return .commit
        }
        guard let result else { preconditionFailure("a committed transaction has a result") }
        return result
      }
    } catch {
      throw StateFile.engineError(error, path: path)
    }
  }

  /// Like `write`, for what must be noted even on a full disk: frees the ballast and tries once more.
  func writeAtAnyCost<Result>(_ body: (Database) throws -> Result) throws(EngineError) -> Result {
    do throws(EngineError) {
      return try write(.full, body)
    } catch {
      guard error.problem == .state(.diskFull(path: path)), ballast.release() else { throw error }
      try? queue.writeWithoutTransaction { database in
        _ = try database.checkpoint(.truncate)
      }
      return try write(.full, body)
    }
  }

  /// One transaction that reads.
  func read<Result>(_ body: (Database) throws -> Result) throws(EngineError) -> Result {
    do {
      return try queue.read(body)
    } catch {
      throw StateFile.engineError(error, path: path)
    }
  }

  /// What an SQLite error means for the reader.
  static func engineError(_ error: any Error, path: String) -> EngineError {
    if let error = error as? EngineError { return error }
    guard let error = error as? DatabaseError else {
      return EngineError(.state(.sqlite(code: 1, message: String(describing: error), path: path)))
    }
    let message = error.message ?? "no message"
    let problem: StateProblem =
      switch error.resultCode {
      case .SQLITE_FULL: .diskFull(path: path)
      case .SQLITE_NOTADB: .notADatabase(path: path)
      case .SQLITE_CORRUPT: .damaged(message: message, path: path)
      case .SQLITE_READONLY, .SQLITE_PERM: .readOnly(path: path)
      case .SQLITE_BUSY: .busy(path: path)
      case .SQLITE_CANTOPEN: .cannotOpen(reason: reason(path), path: path)
      default:
        .sqlite(code: error.extendedResultCode.rawValue, message: message, path: path)
      }
    return EngineError(.state(problem))
  }

  private static func reason(_ path: String) -> String {
    var status = Foundation.stat()
    if stat(path, &status) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR { return "it is a folder" }
      if access(path, R_OK | W_OK) != 0 { return "no permission" }
    } else if access(parent(of: path), W_OK) != 0 {
      return "no permission to make it in its folder"
    }
    return "SQLite could not open it"
  }
}
