// A SELECT of a pipeline file on its way to SQLite: prepared under rules, its mistakes with their
// places. One piece of code for the queries of steps and of checks.

import GRDBSQLite

/// Prepares the queries of pipeline files.
enum GuardedQuery {
  /// One statement that gives rows; the connection asks the rules from here on.
  static func prepare(
    _ query: String, on handle: OpaquePointer, rules: QueryRules
  ) throws(QueryMistake) -> OpaquePointer {
    let tokens = SQLToken.scan(query)
    if rules.use == .step, let clock = QueryRules.clock(in: tokens) { throw clock }
    rules.guards(handle)
    let bytes = Array(query.utf8) + [0]
    var statement: OpaquePointer?
    var used = 0
    let code = bytes.withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { text in
        var tail: UnsafePointer<CChar>?
        let code = sqlite3_prepare_v2(
          handle, text.baseAddress, Int32(text.count), &statement, &tail)
        if let tail, let start = text.baseAddress { used = tail - start }
        return code
      }
    }
    guard code == SQLITE_OK else { throw mistake(tokens, on: handle, rules) }
    guard let statement, sqlite3_stmt_isexplain(statement) == 0,
      sqlite3_stmt_readonly(statement) != 0,
      sqlite3_column_count(statement) > 0
    else {
      sqlite3_finalize(statement)
      throw QueryMistake(
        code: "sql.refused", what: "a query gives rows", range: tokens.first?.range,
        suggestion: "write one SELECT")
    }
    if let more = tokens.first(where: { $0.range.lowerBound >= used && $0.text != ";" }) {
      sqlite3_finalize(statement)
      throw QueryMistake(
        code: "sql.refused", what: "there is a second statement", range: more.range,
        suggestion: "write one SELECT")
    }
    return statement
  }

  /// Why a query could not be prepared.
  private static func mistake(
    _ tokens: [SQLToken], on handle: OpaquePointer, _ rules: QueryRules
  ) -> QueryMistake {
    if let refusal = rules.refusal {
      let token =
        refusal.function.flatMap { name in
          tokens.first { $0.kind == .word && $0.text.lowercased() == name }
        } ?? tokens.first
      return QueryMistake(
        code: "sql.refused", what: refusal.what, range: token?.range,
        suggestion: refusal.suggestion)
    }
    let message = String(cString: sqlite3_errmsg(handle))
    var mistake = QueryMistake(what: "SQLite says: \(message)")
    func name(after words: String) -> String? {
      message.hasPrefix(words) ? String(message.dropFirst(words.count)) : nil
    }
    mistake.unknownColumn = name(after: "no such column: ")
    mistake.unknownTable = name(after: "no such table: ")
    let offset = Int(sqlite3_error_offset(handle))
    let last = (mistake.unknownTable ?? mistake.unknownColumn)?.split(separator: ".").last
    let token =
      offset >= 0
      ? tokens.first { $0.range.contains(offset) }
      : last.flatMap { last in tokens.first { $0.kind == .word && $0.text == last } }
    mistake.range = token?.range ?? (offset >= 0 ? offset..<offset + 1 : nil)
    return mistake
  }
}
