// A column of a table that is there, from INTEGER to REAL, inside the transaction of a load.
//
// No row is written anew: SQLite keeps whole numbers of a REAL column as integers anyway and gives
// them back as reals, see sqlite.org/datatype3.html 3. So the declaration alone is changed, where it
// stands, as sqlite.org/lang_altertable.html 7 describes.

import Foundation
import GRDB

/// A source's column that was declared as int and is real in the destination.
struct WidenedColumn: Codable, Hashable {
  var source: String
  var column: String
}

/// What a table's description says of such columns.
private struct WideningNote: Decodable {
  var widened: [WidenedColumn]?
}

extension TargetTable {
  /// The columns that the description of a table in a destination knows as widened.
  static func widened(_ table: String, at path: String) -> Set<WidenedColumn> {
    guard FileManager.default.fileExists(atPath: path),
      let queue = try? DatabaseQueue.quietReader(path, label: "destination")
    else { return [] }
    let text = try? queue.read { database in
      try String.fetchOne(
        database, sql: "SELECT schema_json FROM _etl_tables WHERE name=?", arguments: [table])
    }
    return Set(fromJSON(text ?? nil, as: WideningNote.self)?.widened ?? [])
  }
}

/// Makes a column REAL.
struct TargetWidening {
  let table: String
  let column: String
  /// Whether no message may show its values.
  let isHidden: Bool
  let path: String

  /// Throws `LoadProblem.notExact` if a number that is there would lose digits.
  func perform(in database: Database) throws {
    let name = quotedName(column)
    let most = WideningScan.mostExact
    let large = try Int64.fetchOne(
      database,
      sql: """
        SELECT \(name) FROM \(quotedName(table)) WHERE typeof(\(name))='integer'
          AND (\(name)>\(most) OR \(name)<-\(most)) LIMIT 1
        """)
    if let large {
      throw EngineError(
        .load(
          .notExact(
            table: table, column: column, example: isHidden ? Redaction.mask : String(large),
            path: path)))
    }
    let before = try database.columns(in: table)
    guard
      let sql = try String.fetchOne(
        database, sql: "SELECT sql FROM sqlite_master WHERE type='table' AND name=? COLLATE NOCASE",
        arguments: [table]), let changed = declaration(in: sql),
      let version = try Int.fetchOne(database, sql: "PRAGMA schema_version")
    else { throw refusal(before) }
    try database.execute(sql: "PRAGMA writable_schema=ON")
    try database.execute(
      sql: "UPDATE sqlite_master SET sql=? WHERE type='table' AND name=? COLLATE NOCASE",
      arguments: [changed, table])
    // Other connections read the schema again, and so does this one.
    try database.execute(sql: "PRAGMA schema_version=\(version + 1)")
    try database.execute(sql: "PRAGMA writable_schema=RESET")
    database.clearSchemaCache()
    let after = try database.columns(in: table)
    guard shapes(after) == shapes(before, changed: true) else { throw refusal(before) }
  }

  private func refusal(_ columns: [ColumnInfo]) -> EngineError {
    let found = columns.first { isSame($0.name) }?.type ?? ""
    return EngineError(
      .load(
        .shape(
          table: table, found: "column \(column) as \(found)", expected: "it as REAL", path: path)))
  }

  private func shapes(_ columns: [ColumnInfo], changed: Bool = false) -> [String] {
    columns.map { info in
      "\(info.name) \(changed && isSame(info.name) ? "REAL" : info.type) \(info.isNotNull) "
        + "\(info.primaryKeyIndex) \(info.defaultValueSQL ?? "")"
    }
  }

  private func isSame(_ name: String) -> Bool { name.lowercased() == column.lowercased() }

  /// The statement that made the table, with the column's type changed; nil if it is not found.
  private func declaration(in sql: String) -> String? {
    let tokens = SQLToken.scan(sql)
    var depth = 0
    for (place, token) in tokens.enumerated() {
      if token.kind == .sign, token.text == "(" { depth += 1 }
      if token.kind == .sign, token.text == ")" { depth -= 1 }
      guard depth == 1, token.kind == .sign, ["(", ","].contains(token.text),
        place + 2 < tokens.count, isSame(tokens[place + 1].text), tokens[place + 2].kind == .word
      else { continue }
      let range = tokens[place + 2].range
      // INT, INTEGER, BIGINT; a type of several words is somebody else's table.
      guard tokens[place + 2].text.uppercased().contains("INT") else { return nil }
      var bytes = Array(sql.utf8)
      bytes.replaceSubrange(range, with: Array("REAL".utf8))
      return String(decoding: bytes, as: UTF8.self)
    }
    return nil
  }
}
