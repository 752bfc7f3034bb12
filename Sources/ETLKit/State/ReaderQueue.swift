// Answers about the retry queue: causes, records, one record.
//
// Rejects that a run has found so far, but not published, have negative numbers: those of their load items.

internal import Foundation
internal import GRDB
internal import Records

extension WorkspaceReader {
  func causes(_ database: Database) throws -> [CauseRow] {
    var causes: [ReasonID: CauseRow] = [:]
    for sql in [ReaderSQL.causes, ReaderSQL.pendingCauses] {
      for row in try Row.fetchAll(database, sql: sql) {
        let cause = CauseRow(row: row)
        if var known = causes[cause.id] {
          known.count += cause.count
          known.oldest = min(known.oldest, cause.oldest)
          causes[cause.id] = known
        } else {
          causes[cause.id] = cause
        }
      }
    }
    return causes.values.sorted { ($1.count, $0.id) < ($0.count, $1.id) }
  }

  func records(reason: ReasonID?, limit: Int, in database: Database) throws -> RecordList {
    func fetch(_ all: String, _ some: String, limit: Int) throws -> [Row] {
      if let reason {
        try Row.fetchAll(database, sql: some, arguments: [reason, limit])
      } else {
        try Row.fetchAll(database, sql: all, arguments: [limit])
      }
    }
    func count(_ all: String, _ some: String) throws -> Int {
      if let reason {
        try Int.fetchOne(database, sql: some, arguments: [reason]) ?? 0
      } else {
        try Int.fetchOne(database, sql: all) ?? 0
      }
    }
    var rows = try fetch(ReaderSQL.records, ReaderSQL.recordsOfReason, limit: limit)
    rows += try fetch(
      ReaderSQL.pendingRecords, ReaderSQL.pendingRecordsOfReason, limit: limit - rows.count)
    return RecordList(
      reason: reason, rows: rows.map(RecordRow.init(row:)),
      total: try count(ReaderSQL.openCount, ReaderSQL.recordCountOfReason)
        + count(ReaderSQL.pendingCount, ReaderSQL.pendingCountOfReason))
  }

  func record(_ id: RejectID, in database: Database) throws -> RecordDetail? {
    let isPending = id < 0
    let row = try Row.fetchOne(
      database, sql: isPending ? ReaderSQL.pendingRecord : ReaderSQL.record,
      arguments: [isPending ? -id : id])
    guard let row else { return nil }
    let attempts =
      isPending
      ? [] : try Row.fetchAll(database, sql: ReaderSQL.attempts, arguments: [id])
    let faults = faults(row["errors_json"])
    let original: Data = row["raw"]
    let edited: Data? = isPending ? nil : row["edited_raw"]
    let raw = edited ?? original
    // The faults of an edited record are those of its old bytes until a run has seen it.
    let editedAt: Int64? = isPending ? nil : row["edited_at"]
    let isJudged = editedAt.map { $0 <= (row["last_seen"] as Int64) } ?? true
    let member: String = row["member"]
    var list = RecordRow(row: row)
    list.id = id
    return RecordDetail(
      row: list, file: member.isEmpty ? row["uri"] : member, lastLine: row["line_end"],
      offset: row["byte_offset"],
      fields: RecordFields.split(
        raw: raw, header: fromJSON(row["header_json"]) ?? [], dialect: row["dialect_json"],
        faults: isJudged ? faults : []),
      raw: String(decoding: raw, as: UTF8.self),
      rawBytes: edited?.count ?? row["byte_length"],
      isRawCut: edited == nil && row["raw_truncated"],
      errors: faults.map(FaultText.sentence),
      wake: isPending
        ? "found just now; its run is not over"
        : QueueWords.wake(
          RejectEntry(row: row), faultClass: row["class"], side: row["rule"],
          obstacles: fromJSON(row["obstacles_json"])),
      attempts: attempts.map { attempt in
        AttemptRow(
          at: Timestamp(microseconds: attempt["at"]), run: attempt["run_id"],
          outcome: attempt["outcome"], text: attempt["text"])
      },
      resolution: isPending ? nil : row["resolution"],
      original: edited == nil ? nil : String(decoding: original, as: UTF8.self),
      changes: isPending ? [] : try changes(of: id, in: database))
  }
}

extension WorkspaceReader {
  private func changes(of id: RejectID, in database: Database) throws -> [ChangeRow] {
    try Row.fetchAll(database, sql: ReaderSQL.changes, arguments: [id]).map { row in
      ChangeRow(
        at: Timestamp(microseconds: row["at"]), actor: row["actor"], action: row["action"],
        note: row["note"], isUndone: (row["undone_at"] as Int64?) != nil)
    }
  }
}

extension CauseRow {
  fileprivate init(row: Row) {
    self.init(
      id: row["id"], pipeline: row["pipeline"], stage: row["stage"], code: row["code"],
      column: row["column_name"], text: row["text"], count: row["count"],
      oldest: Timestamp(microseconds: row["oldest"]),
      nextTry: QueueWords.nextTry(
        count: row["count"], held: row["held"], claimed: row["claimed"], asked: row["asked"],
        next: timestamp(row["next"]), faultClass: row["class"], side: row["rule"]))
  }
}

extension RecordRow {
  fileprivate init(row: Row) {
    self.init(
      id: row["id"], reason: row["reason_id"], pipeline: row["pipeline"], source: row["source"],
      line: row["line_no"], key: row["business_key"],
      value: faults(row["errors_json"]).first.map(FaultText.value) ?? "",
      attempts: row["attempt"], firstSeen: Timestamp(microseconds: row["first_seen"]),
      state: RejectState(rawValue: row["state"]) ?? .waiting)
  }
}
