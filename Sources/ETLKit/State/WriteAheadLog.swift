// How a database gets its write-ahead log when several open it at the same moment.

internal import Foundation
internal import GRDB

extension Database {
  /// Keeps the database in WAL mode from now on; waits up to `seconds` while others have it open.
  ///
  /// SQLite does not call the busy handler for this change: of two that make a new database at
  /// once, one is refused on the spot (https://www.sqlite.org/rescode.html#busy tells why waiting
  /// inside could be for ever). It holds no lock between two tries here, so the other one gets on.
  func useWriteAheadLog(waiting seconds: Double = 5) throws {
    let deadline = DispatchTime.now() + seconds
    while true {
      do {
        return try execute(sql: "PRAGMA journal_mode=WAL")
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
        guard DispatchTime.now() < deadline else { throw error }
        usleep(5_000)
      }
    }
  }
}
