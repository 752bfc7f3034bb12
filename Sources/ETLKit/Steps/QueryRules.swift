// What a query of a pipeline may do: read. A step's reads its tables, and nothing that would give
// other rows tomorrow; a check's reads what the destination holds.

import Foundation
import GRDBSQLite

/// What is wrong with a query, and the bytes of its text to blame.
struct QueryMistake: Error, Equatable {
  var code = "sql.error"
  var what: String
  var range: Range<Int>?
  var suggestion: String?
  var unknownColumn: String?
  var unknownTable: String?
}

/// Judges each thing a statement does while it is prepared.
final class QueryRules {
  /// Whose query it is.
  enum Use { case step, check }

  /// What was refused, and the function if it was one.
  private(set) var refusal: (what: String, suggestion: String, function: String?)?
  /// Whose query it is.
  let use: Use

  /// Functions that reach out of the database.
  private static let reaching: Set<String> = ["load_extension", "fts3_tokenizer"]
  private static let unsteady: Set<String> = [
    "random", "randomblob", "current_date", "current_time", "current_timestamp", "changes",
    "total_changes", "last_insert_rowid",
  ]

  init(_ use: Use) { self.use = use }

  /// Makes a connection ask these rules, which must outlive its use.
  func guards(_ connection: OpaquePointer) {
    sqlite3_set_authorizer(
      connection,
      { context, action, first, second, _, _ in
        guard let context else { return SQLITE_DENY }
        let rules = Unmanaged<QueryRules>.fromOpaque(context).takeUnretainedValue()
        return rules.judge(
          action, first.map { String(cString: $0) } ?? "", second.map { String(cString: $0) } ?? "")
          ? SQLITE_OK : SQLITE_DENY
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  private func judge(_ action: Int32, _ first: String, _ second: String) -> Bool {
    switch action {
    case SQLITE_SELECT, SQLITE_RECURSIVE: return true
    case SQLITE_READ, SQLITE_UPDATE:
      // A function that gives a table, such as json_each, is declared like this when it is first
      // used; nobody can change that table, see `writable_schema`.
      if first == "sqlite_master", action == SQLITE_UPDATE || second == "ROWID" { return true }
      return action == SQLITE_READ ? mayRead(first.lowercased()) : refuse()
    case SQLITE_FUNCTION: return mayCall(second.lowercased())
    default: return refuse()
    }
  }

  private func mayRead(_ table: String) -> Bool {
    if use == .step, table.hasPrefix("sqlite_") {
      refusal = ("a query reads the stages in from, not \(table)", "leave it out", nil)
      return false
    }
    // Whoever reads the rows on their way takes them from the load.
    if use == .check, table == BatchTable.name {
      refusal = ("a check reads tables of the destination, not \(table)", "leave it out", nil)
      return false
    }
    return true
  }

  private func mayCall(_ name: String) -> Bool {
    if QueryRules.reaching.contains(name) || name.hasPrefix("etl_") {
      refusal = ("\(name) does more than read", "leave it out", name)
    } else if use == .step, QueryRules.unsteady.contains(name) {
      refusal = QueryRules.refusal(ofUnsteady: name)
    } else {
      return true
    }
    return false
  }

  private func refuse() -> Bool {
    refusal = ("a query only reads", "write one SELECT", nil)
    return false
  }

  private static func refusal(ofUnsteady name: String) -> (String, String, String?) {
    (
      "\(name) would give other rows at another time",
      "compute with the columns of the stages only", name
    )
  }

  /// The clock in a query: functions that fall back to the time of day, and the word for it.
  static func clock(in tokens: [SQLToken]) -> QueryMistake? {
    let clocks: Set<String> = ["date", "time", "datetime", "julianday", "unixepoch"]
    for (place, token) in tokens.enumerated() {
      let text = token.text.lowercased()
      let isNow = token.kind == .string && text.trimmingCharacters(in: .whitespaces) == "now"
      let isEmptyCall =
        token.kind == .word && clocks.contains(text) && place + 2 < tokens.count
        && tokens[place + 1].text == "(" && tokens[place + 2].text == ")"
      guard isNow || isEmptyCall else { continue }
      let (what, suggestion, _) = refusal(ofUnsteady: isNow ? "'now'" : "\(text)()")
      return QueryMistake(
        code: "sql.refused", what: what, range: token.range, suggestion: suggestion)
    }
    return nil
  }
}

/// The files of SQLite as they always are, with a clock that does not go: a value that happens to
/// be the text `now` is no date, as other texts are none.
enum StillClock {
  /// The name under which connections ask for it; nil for what SQLite uses by itself, if it could
  /// not be made.
  static let name: String? = {
    guard let standard = sqlite3_vfs_find(nil) else { return nil }
    let name = "etl-still-clock"
    // SQLite keeps both for as long as the process lives.
    let files = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    files.initialize(to: standard.pointee)
    files.pointee.zName = UnsafePointer(strdup(name))
    files.pointee.pNext = nil
    files.pointee.xCurrentTime = { _, _ in SQLITE_ERROR }
    files.pointee.xCurrentTimeInt64 = { _, _ in SQLITE_ERROR }
    return sqlite3_vfs_register(files, 0) == SQLITE_OK ? name : nil
  }()
}
