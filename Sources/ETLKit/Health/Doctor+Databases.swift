// Databases: whether they are whole, how large they are, and how large their logs.

import Foundation
import GRDB

extension Doctor {
  /// The largest write-ahead log that a database keeps by itself.
  private static let logLimit = 64 << 20

  /// Whether a database is whole, and how much room it takes.
  func integrity(
    of database: Database, path: String, code: String, what: String
  ) -> [HealthFinding] {
    let size = FileStatus.at(path)?.size ?? 0
    let log = FileStatus.at(path + "-wal")?.size ?? 0
    var findings: [HealthFinding] = []
    do {
      let check = isThorough ? "integrity_check(3)" : "quick_check(3)"
      let answers = try String.fetchAll(database, sql: "PRAGMA \(check)")
      if answers == ["ok"] {
        findings.append(
          HealthFinding(
            severity: .ok, code: code, what: "the \(what) is whole, \(ByteText.text(size))",
            place: path))
      } else {
        findings.append(
          HealthFinding(
            severity: .error, code: "\(code).damaged",
            what: "the \(what) is damaged: \(answers.joined(separator: "; "))", place: path,
            fix: "stop all runs, then copy what can be read: sqlite3 \(path) .recover"))
      }
    } catch {
      findings.append(
        HealthFinding(
          severity: .error, code: "\(code).damaged", what: "the \(what) cannot be read: \(error)",
          place: path))
    }
    if log > Self.logLimit {
      findings.append(
        HealthFinding(
          severity: .warn, code: "\(code).log",
          what: "the log of the \(what) has grown to \(ByteText.text(log)); a program that reads"
            + " it has stayed open", place: path + "-wal",
          fix: "close what reads it, then etl-tui prune"))
    }
    return findings
  }

  /// The databases that pipelines load.
  func destinations() -> [HealthFinding] {
    databases.flatMap { path, pipeline -> [HealthFinding] in
      guard FileManager.default.fileExists(atPath: path) else {
        return [
          HealthFinding(
            severity: .note, code: "destination", what: "not loaded yet", place: path,
            fix: "etl-tui run \(pipeline)")
        ]
      }
      var findings: [HealthFinding] = []
      do {
        try DatabaseQueue.quietReader(path, label: "destination").read { database in
          findings = integrity(of: database, path: path, code: "destination", what: "database")
        }
      } catch {
        findings = [HealthFinding(LoadProblem(error, path: path).text)]
      }
      if let room = room(beside: path) { findings.append(room) }
      return findings
    }
  }

  /// Whether a load finds room: twice what the database takes, so that it can be built again.
  private func room(beside path: String) -> HealthFinding? {
    let size = FileStatus.at(path)?.size ?? 0
    guard let free = Self.freeBytes(at: path) else { return nil }
    guard free < 2 * size else { return nil }
    return HealthFinding(
      severity: .warn, code: "destination.room",
      what: "\(ByteText.text(free)) are free; a load may need \(ByteText.text(2 * size))",
      place: path, fix: "make room on that disk")
  }

  /// The bytes that are free for this process where a path is.
  static func freeBytes(at path: String) -> Int? {
    var disk = statvfs()
    guard statvfs(path, &disk) == 0 else { return nil }
    return Int(disk.f_bavail) * Int(disk.f_frsize)
  }
}
