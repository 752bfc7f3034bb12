// Databases that are looked at and left as they are, to the last byte and the last file beside them.

import Foundation
import GRDB

extension DatabaseQueue {
  /// Opens a database to read it, so that afterwards no file is new, gone or changed.
  ///
  /// Opened for reading only, SQLite makes a write-ahead log and leaves it; opened for writing, the
  /// last one to close moves what is in the log into the database. So it is opened the first way
  /// if there is a log, and the second way, with writes forbidden, if there is none.
  static func quietReader(_ path: String, label: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = label
    configuration.busyMode = .timeout(5)
    configuration.readonly = access(path + "-wal", F_OK) == 0
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only=ON") }
    guard access(path, R_OK) == 0 else { throw DatabaseError(resultCode: .SQLITE_CANTOPEN) }
    return try DatabaseQueue(path: path, configuration: configuration)
  }
}
