// The files of a workspace: fetched ones against what the state file knows of them, who may read
// them, and the room there is.

import Foundation
import GRDB

extension Doctor {
  /// Fetched files that nothing refers to, and references to files that are not there.
  func blobs(in database: Database) throws -> [HealthFinding] {
    let store = BlobStore(folder: workspace.blobsFolder)
    let rows = try Row.fetchAll(
      database,
      sql: "SELECT DISTINCT blob_path, bytes FROM snapshot WHERE purged_at IS NULL ORDER BY id")
    var known: Set<String> = []
    var missing: [String] = []
    var bytes = 0
    for row in rows {
      let path: String = row["blob_path"]
      guard known.insert(path).inserted else { continue }
      bytes += row["bytes"] as Int
      if FileStatus.at(path)?.size != row["bytes"] as Int { missing.append(path) }
    }
    var findings: [HealthFinding] = []
    if let first = missing.first {
      findings.append(
        HealthFinding(
          severity: .warn, code: "blobs.missing",
          what: "\(missing.count) fetched \(missing.count == 1 ? "file is" : "files are") gone or"
            + " cut, though runs may ask for them", place: first, fix: "etl-tui prune"))
    }
    let unused = store.files(olderThan: 86_400, now: now).filter { !known.contains($0.path) }
    if let first = unused.first {
      let size = unused.reduce(0) { $0 + $1.size }
      findings.append(
        HealthFinding(
          severity: .warn, code: "blobs.unused",
          what: "\(unused.count) fetched \(unused.count == 1 ? "file is" : "files are") kept for"
            + " nothing, \(ByteText.text(size))", place: first.path, fix: "etl-tui prune"))
    }
    if findings.isEmpty {
      findings.append(
        HealthFinding(
          severity: .ok, code: "blobs",
          what: "\(known.count) fetched \(known.count == 1 ? "file" : "files"),"
            + " \(ByteText.text(bytes))", place: workspace.blobsFolder))
    }
    return findings
  }

  /// Who may read and write the state, the reserve for a full disk, and the room there is.
  func files() -> [HealthFinding] {
    let folder = workspace.stateFolder
    guard let status = FileStatus.at(folder) else { return [] }
    var findings: [HealthFinding] = []
    if access(folder, R_OK | W_OK | X_OK) != 0
      || FileStatus.at(workspace.stateFile) != nil
        && access(workspace.stateFile, R_OK | W_OK) != 0
    {
      findings.append(
        HealthFinding(
          severity: .error, code: "files.mode", what: "this user may not write the state",
          place: folder, fix: "chown -R \"$USER\" \(folder)"))
    }
    let others = status.permissions | (FileStatus.at(workspace.stateFile)?.permissions ?? 0)
    if others & 0o002 != 0 {
      findings.append(
        HealthFinding(
          severity: .error, code: "files.mode",
          what: "everybody on this machine may change the state", place: folder,
          fix: "chmod -R o-w \(folder)"))
    } else if status.permissions & 0o005 == 0o005 {
      findings.append(
        HealthFinding(
          severity: .note, code: "files.mode",
          what: "everybody on this machine may read the records that wait", place: folder,
          fix: "chmod o-rx \(folder)"))
    }
    if FileStatus.at(workspace.stateFile) != nil { findings.append(ballast(folder)) }
    if let free = Self.freeBytes(at: folder) {
      let isScarce = free < 4 * Ballast.byteCount
      findings.append(
        HealthFinding(
          severity: isScarce ? .error : .ok, code: "files.room",
          what: "\(ByteText.text(free)) are free"
            + (isScarce ? "; runs cannot write down what they do" : ""),
          place: folder, fix: isScarce ? "make room on that disk" : nil))
    }
    return findings
  }

  private func ballast(_ folder: String) -> HealthFinding {
    let path = folder + "/ballast"
    let isThere = FileStatus.at(path)?.size == Ballast.byteCount
    return HealthFinding(
      severity: isThere ? .ok : .warn, code: "files.ballast",
      what: isThere
        ? "the reserve for a full disk is there, \(ByteText.text(Ballast.byteCount))"
        : "the reserve for a full disk is used up", place: path,
      fix: isThere ? nil : "make room on that disk; the next run takes the reserve again")
  }
}

extension BlobStore {
  /// The stored files that were last changed so many seconds ago, or longer.
  func files(olderThan seconds: Int, now: Timestamp) -> [(path: String, size: Int)] {
    var files: [(path: String, size: Int)] = []
    for shelf in Self.names(in: folder) where shelf.utf8.count == 2 {
      for name in Self.names(in: "\(folder)/\(shelf)") {
        let path = "\(folder)/\(shelf)/\(name)"
        guard let status = FileStatus.at(path), status.kind == FileStatus.Kind.regular,
          status.modified / 1_000 <= now.microseconds - Int64(seconds) * 1_000_000
        else { continue }
        files.append((path, status.size))
      }
    }
    return files
  }
}
