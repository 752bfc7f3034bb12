// The statement that adds one item to a load, bound by hand.
//
// A load can have as many items as its files have records: this is the state file's only hot loop.

internal import Foundation
internal import GRDB
internal import GRDBSQLite
internal import Records

/// A compiled statement for the items of one load.
struct LoadItemStatement {
  private let statement: OpaquePointer
  private let load: PendingLoad
  private let now: Timestamp

  /// Compiles the statement, or takes it from the connection's cache.
  init(_ database: Database, load: PendingLoad, at now: Timestamp) throws {
    statement = try database.cachedStatement(
      sql: """
        INSERT INTO load_item(load_id,record_uid,outcome,is_new,at,source,snapshot_id,record_no,
          line_no,line_end,byte_offset,byte_length,raw,raw_truncated,raw_sha256,business_key,
          reason_id,errors_json,wake,world_hash,next_attempt_at,obstacles_json)
        VALUES(?1,?2,?3,?4 AND NOT EXISTS(
            SELECT 1 FROM reject WHERE pipeline_id=?21 AND record_uid=?2),
          ?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?22,?23)
        ON CONFLICT(load_id,record_uid) DO UPDATE SET outcome=excluded.outcome,
          is_new=excluded.is_new, source=excluded.source, snapshot_id=excluded.snapshot_id,
          record_no=excluded.record_no, line_no=excluded.line_no, line_end=excluded.line_end,
          byte_offset=excluded.byte_offset, byte_length=excluded.byte_length, raw=excluded.raw,
          raw_truncated=excluded.raw_truncated, raw_sha256=excluded.raw_sha256,
          business_key=excluded.business_key, reason_id=excluded.reason_id,
          errors_json=excluded.errors_json, wake=excluded.wake,
          world_hash=excluded.world_hash, next_attempt_at=excluded.next_attempt_at,
          obstacles_json=excluded.obstacles_json
        """
    ).sqliteStatement
    self.load = load
    self.now = now
  }

  /// Adds an item.
  func insert(_ item: LoadItem, reason: ReasonID?) throws {
    defer {
      sqlite3_reset(statement)
      // What was bound belongs to the item.
      sqlite3_clear_bindings(statement)
    }
    bind(1, load.id)
    bind(2, item.uid)
    bind(3, item.outcome.rawValue)
    bind(4, item.outcome == .rejected ? 1 : 0)
    bind(5, now.microseconds)
    bind(21, load.pipelineID)
    if item.outcome == .rejected, let reject = item.reject { bind(reject, reason) }
    guard sqlite3_step(statement) == SQLITE_DONE else {
      let connection = sqlite3_db_handle(statement)
      throw DatabaseError(
        resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
        message: String(cString: sqlite3_errmsg(connection)))
    }
  }

  private func bind(_ reject: RejectFacts, _ reason: ReasonID?) {
    let limit = RejectFacts.rawLimit
    bind(6, reject.source)
    bind(7, reject.snapshotID)
    bind(8, Int64(reject.place.number))
    bind(9, Int64(reject.place.line))
    bind(10, Int64(reject.place.lastLine))
    bind(11, Int64(reject.place.offset))
    bind(12, Int64(reject.place.length))
    bind(13, reject.raw.count > limit ? Array(reject.raw.prefix(limit)) : reject.raw)
    // 1: cut at its end; 2: values of it are hidden.
    bind(14, reject.isRedacted ? 2 : reject.isRawCut || reject.raw.count > limit ? 1 : 0)
    bind(15, reject.rawSHA256)
    if let key = reject.businessKey { bind(16, key) }
    if let reason { bind(17, reason) }
    bind(18, jsonText(reject.faults))
    bind(19, reject.wake.rawValue)
    bind(20, reject.worldHash)
    if let next = reject.nextAttempt { bind(22, next.microseconds) }
    if let obstacles = reject.obstacles { bind(23, jsonText(obstacles)) }
  }

  private func bind(_ place: Int32, _ value: Int64) { sqlite3_bind_int64(statement, place, value) }

  private func bind(_ place: Int32, _ value: String) {
    sqlite3_bind_text(statement, place, value, Int32(value.utf8.count), Self.copied)
  }

  private func bind(_ place: Int32, _ value: [UInt8]) {
    if value.isEmpty {
      // No address at all would be null.
      sqlite3_bind_zeroblob(statement, place, 0)
    } else {
      sqlite3_bind_blob(statement, place, value, Int32(value.count), Self.copied)
    }
  }

  /// Tells SQLite to keep a copy, as its header's SQLITE_TRANSIENT does.
  private static var copied: sqlite3_destructor_type {
    unsafeBitCast(OpaquePointer(bitPattern: -1), to: sqlite3_destructor_type.self)
  }
}
