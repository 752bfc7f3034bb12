// The file a load writes to: opened with the right settings, published whole.
//
// A database that does not exist yet is built beside its place without a journal and renamed
// into it: one write of every page instead of two, and still all or nothing. Whoever builds holds
// a lock on that file, so that two pipelines cannot build the same database at once. An existing
// one is written in one transaction of its write-ahead log.

import Foundation
import GRDB

/// A destination database, open for one load.
struct Destination: Sendable {
  /// The file people see.
  let path: String
  /// Whether the file is new, and built beside its place.
  let isNew: Bool
  /// The connection.
  let queue: DatabaseQueue

  /// The file that is written.
  private let workPath: String
  /// Held while a new file is built.
  private let building: BuildingLock?

  /// Opens the file, or starts a new one.
  ///
  /// `busySeconds`: how long to wait for another writer.
  init(path: String, busySeconds: Double) throws(EngineError) {
    self.path = path
    do {
      building = try BuildingLock.take(of: path, seconds: busySeconds)
      isNew = building != nil
      workPath = building?.workPath ?? path
      var configuration = Configuration()
      configuration.busyMode = .timeout(busySeconds)
      configuration.label = "destination"
      let isNew = isNew
      configuration.prepareDatabase { database in
        try Destination.prepare(database, isNew: isNew, busySeconds: busySeconds)
      }
      queue = try DatabaseQueue(path: workPath, configuration: configuration)
    } catch {
      throw EngineError(.load(LoadProblem(error, path: path)))
    }
  }

  /// Gives the disk something to do while a new file is built.
  func beginWriting() { building?.beginWriting() }

  /// Makes a new file visible under its name; an existing one is visible since its commit.
  ///
  /// The rename is the commit: it happens once, after everything is on the disk.
  func publish() throws(EngineError) {
    guard isNew else {
      // Lone copies of the main file are then whole; a reader that holds on only delays it.
      try? queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
      return
    }
    do {
      try queue.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA journal_mode=WAL")
      }
      try queue.close()
      try Destination.synchronise(workPath)
      // What the log of a database that was removed still holds must not flow into this one.
      try BuildingLock.removeCompanions(of: path)
      guard access(path, F_OK) != 0 else { throw DatabaseError(resultCode: .SQLITE_BUSY) }
      guard rename(workPath, path) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
      try Destination.synchronise(Destination.folder(of: path))
    } catch {
      throw EngineError(.load(LoadProblem(error, path: path)))
    }
  }

  /// Forgets a new file that is not published; a file that was there stays as it is.
  func discard() {
    try? queue.close()
    building?.discard()
  }

  private static func prepare(
    _ database: Database, isNew: Bool, busySeconds: Double
  ) throws {
    if isNew {
      try database.execute(sql: "PRAGMA page_size=16384")
      try database.execute(sql: "PRAGMA journal_mode=OFF")
      try database.execute(sql: "PRAGMA synchronous=OFF")
      try database.execute(sql: "PRAGMA locking_mode=EXCLUSIVE")
    } else {
      try database.useWriteAheadLog(waiting: busySeconds)
      try database.execute(sql: "PRAGMA synchronous=FULL")
      try database.execute(sql: "PRAGMA journal_size_limit=67108864")
    }
    try database.execute(sql: "PRAGMA cache_size=-8192")
    // An upsert keeps the pages it changes until its end, to take them back; a large one would
    // hold half the database in memory.
    try database.execute(sql: "PRAGMA temp_store=FILE")
    try database.execute(sql: "PRAGMA foreign_keys=ON")
  }

  private static func synchronise(_ path: String) throws {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
  }

  private static func folder(of path: String) -> String {
    let folder = (path as NSString).deletingLastPathComponent
    return folder.isEmpty ? "." : folder
  }
}
