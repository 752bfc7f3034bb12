// The records at a watermark, kept in the destination by their hashes: what a load appended must not be
// appended again when the next file brings it again.

import Foundation
import GRDB
import Records

/// The records of one source that its watermark may read again.
struct MarkedRecords: Hashable, Sendable {
  /// A record by its bytes.
  struct Print: Hashable, Sendable {
    var one: UInt64
    var other: UInt64

    init(_ raw: UnsafeBufferPointer<UInt8>) {
      one = ByteHash.hash(raw)
      other = ByteHash.hash(raw, seed: 0x5851_F42D_4C95_7F2D)
    }

    fileprivate init?(_ bytes: Data) {
      guard bytes.count == 16 else { return nil }
      func number(_ part: Data) -> UInt64 { part.reduce(0) { $0 << 8 | UInt64($1) } }
      (one, other) = (number(bytes.prefix(8)), number(bytes.suffix(8)))
    }

    fileprivate var bytes: Data {
      Data(
        [one, other].flatMap { part in (0..<8).reversed().map { UInt8(part >> ($0 * 8) & 255) } })
    }
  }

  /// How often a record was read, and its value in the watermark's column; nil for none.
  struct Count: Hashable, Sendable {
    var count: Int
    var value: Int64?
  }

  /// The source.
  var source: String
  /// The least value that is read again.
  var floor: Int64
  /// Those that this load read.
  var counts: [Print: Count]
  /// Whether what earlier loads read counts no more.
  var isAnew: Bool

  private static let table = "_etl_watermark_records"

  /// How often earlier loads read each record; none if there is no destination or no table.
  static func known(
    of source: String, pipeline: String, at path: String
  ) throws(EngineError) -> [Print: Int] {
    guard access(path, F_OK) == 0 else { return [:] }
    do {
      return try DatabaseQueue.quietReader(path, label: "destination").read { database in
        guard try database.tableExists(table) else { return [:] }
        var known: [Print: Int] = [:]
        let rows = try Row.fetchCursor(
          database, sql: "SELECT hash, count FROM \(table) WHERE pipeline=? AND source=?",
          arguments: [pipeline, source])
        while let row = try rows.next() {
          if let print = Print(row["hash"] as Data) { known[print] = row["count"] }
        }
        return known
      }
    } catch {
      throw EngineError(.load(LoadProblem(error, path: path)))
    }
  }

  /// Keeps them, inside the load's transaction, and forgets what no later load can read.
  func write(pipeline: String, to database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE IF NOT EXISTS \(Self.table)(
          pipeline TEXT NOT NULL, source TEXT NOT NULL, hash BLOB NOT NULL, value INTEGER,
          count INTEGER NOT NULL, PRIMARY KEY(pipeline, source, hash)) WITHOUT ROWID
        """)
    try database.execute(
      sql: "DELETE FROM \(Self.table) WHERE pipeline=? AND source=? AND (? OR value<?)",
      arguments: [pipeline, source, isAnew, floor])
    let statement = try database.makeStatement(
      sql: """
        INSERT INTO \(Self.table)(pipeline, source, hash, value, count) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET count=max(count, excluded.count)
        """)
    for (print, record) in counts where record.value.map({ $0 >= floor }) ?? true {
      try statement.execute(
        arguments: [pipeline, source, print.bytes, record.value, record.count])
    }
  }
}
