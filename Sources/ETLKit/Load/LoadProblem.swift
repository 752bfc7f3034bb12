// Why the destination could not be written: facts, and their words.

import Foundation
import GRDB

/// Why a load could not be done.
public enum LoadProblem: Hashable, Sendable {
  /// Another process holds the destination.
  case locked(path: String)
  /// The file or its folder may not be written.
  case readOnly(path: String)
  /// The file is there, but is no SQLite database.
  case notDatabase(path: String)
  /// The folder of the file is not there.
  case folderMissing(path: String)
  /// A folder stands where the file should be.
  case isFolder(path: String)
  /// The disk is full.
  case full(path: String)
  /// The database is damaged.
  case corrupt(path: String, message: String)
  /// The table is there with another shape.
  case shape(table: String, found: String, expected: String, path: String)
  /// Rows that are there have values twice that a new unique index forbids.
  case notUnique(table: String, columns: [String], example: String, path: String)
  /// A column shall become real, and a number that is there would lose digits.
  case notExact(table: String, column: String, example: String, path: String)
  /// The destination reported an error while committing, and could not be asked afterwards.
  case undecided(reason: String, path: String)
  /// Rows handed over and rows accounted for differ; nothing was published.
  case unbalanced(table: String, given: Int, accounted: Int, path: String)
  /// An SQLite error that has no case of its own.
  case sqlite(code: Int32, message: String, path: String)

  /// Whether the same load may succeed later without anybody's help.
  public var isTransient: Bool {
    if case .locked = self { return true }
    return false
  }

  /// The case for an SQLite error on a file.
  init(_ error: any Error, path: String) {
    guard let error = error as? DatabaseError else {
      self = .sqlite(code: 1, message: String(describing: error), path: path)
      return
    }
    self.init(code: error.extendedResultCode.rawValue, message: error.message ?? "", path: path)
  }

  /// The case for an extended result code of SQLite.
  init(code: Int32, message: String, path: String) {
    switch ResultCode(rawValue: code & 0xFF) {
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked(path: path)
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: self = .readOnly(path: path)
    case .SQLITE_NOTADB: self = .notDatabase(path: path)
    case .SQLITE_FULL: self = .full(path: path)
    case .SQLITE_CORRUPT: self = .corrupt(path: path, message: message)
    case .SQLITE_CANTOPEN:
      var isFolder: ObjCBool = false
      let folder = (path as NSString).deletingLastPathComponent
      if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
        self = .isFolder(path: path)
      } else if !FileManager.default.fileExists(atPath: folder.isEmpty ? "." : folder) {
        self = .folderMissing(path: folder)
      } else {
        self = .readOnly(path: path)
      }
    default: self = .sqlite(code: code, message: message, path: path)
    }
  }

  /// The words.
  var text: ErrorText {
    switch self {
    case .locked(let path):
      ErrorText(
        "the destination is locked by another process", code: "load.locked", places: [path],
        fix: "close the program that holds it, then run again; nothing was loaded")
    case .readOnly(let path):
      ErrorText(
        "the destination may not be written", code: "load.readonly", places: [path],
        fix: "chmod u+w \(path), or name another file in load.to")
    case .notDatabase(let path):
      ErrorText(
        "the destination is not an SQLite database", code: "load.not_database", places: [path],
        fix: "move the file away, or name another file in load.to")
    case .folderMissing(let path):
      ErrorText(
        "the destination's folder is not there", code: "load.no_folder", places: [path],
        fix: "mkdir -p \(path)")
    case .isFolder(let path):
      ErrorText(
        "the destination is a folder, a file was expected", code: "load.is_folder",
        places: [path], fix: "name a file in load.to, such as sqlite:\(path)/data.db")
    case .full(let path):
      ErrorText(
        "the disk is full; nothing was loaded, the table is as it was", code: "load.full",
        places: [path], fix: "free some space, then run again")
    case .corrupt(let path, let message):
      ErrorText(
        "the destination is damaged: \(message)", code: "load.corrupt", places: [path],
        fix: "sqlite3 \(path) 'PRAGMA integrity_check', then restore a copy")
    case .shape(let table, let found, let expected, let path):
      ErrorText(
        "table \(table) has \(found), the pipeline loads \(expected)", code: "load.schema_changed",
        places: [path], fix: "name another table in load.table, or change the table")
    case .notUnique(let table, let columns, let example, let path):
      ErrorText(
        "table \(table) has \(columns.joined(separator: ", ")) = \(example) in more than one row, "
          + "load.unique forbids it", code: "load.not_unique", places: [path],
        fix: "delete the rows that are too many, or take it out of load.unique; nothing was loaded")
    case .notExact(let table, let column, let example, let path):
      ErrorText(
        "table \(table) has \(column) = \(example), which would lose digits as real",
        code: "load.not_exact", places: [path],
        fix: "write contract: type_drift: reject to load the other records; nothing was loaded")
    case .undecided(let reason, let path):
      ErrorText(
        "the commit reported an error, and the destination cannot say whether it holds the load: "
          + reason, code: "load.undecided", places: [path],
        fix: "run again when the destination can be read; that run settles this load first")
    case .unbalanced(let table, let given, let accounted, let path):
      ErrorText(
        "\(given) rows went to table \(table), \(accounted) are accounted for",
        code: "load.unbalanced", places: [path],
        fix: "look for triggers on the table; nothing was loaded")
    case .sqlite(let code, let message, let path):
      ErrorText("SQLite says: \(message) (\(code))", code: "load.io", places: [path])
    }
  }
}
