// Answers about loaded tables, read from the destinations themselves, never written.

internal import Foundation
internal import GRDB
internal import Synchronization

/// How many rows a table had when its files looked like this.
struct CountedRows: Hashable {
  var version: [Int64]
  var rows: Int
}

extension WorkspaceReader {
  /// All tables that pipelines of this workspace load and that are there.
  func tables() throws(EngineError) -> [TableRow] {
    var files: [String] = []
    for listing in listings.current() {
      guard let database = listing.pipeline?.load.database.value, !files.contains(database) else {
        continue
      }
      files.append(database)
    }
    var tables: [TableRow] = []
    for file in files {
      guard access(workspace.path(of: file), F_OK) == 0 else { continue }
      tables += try destination(file) { database in
        try DestinationTable.all(in: database).map { table in
          let name = TableName(database: file, table: table.name)
          return TableRow(
            name: name, pipeline: table.pipeline, rows: try count(name, in: database),
            columns: table.columns)
        }
      }
    }
    return tables
  }

  /// Rows of a table in the order of its key.
  func rows(
    of name: TableName, columns: [String], limit: Int
  ) throws(EngineError) -> TableData {
    try destination(name.database) { database in
      guard
        let table = try DestinationTable.all(in: database).first(where: { $0.name == name.table })
      else { return TableData(name: name) }
      let chosen =
        columns.isEmpty
        ? table.columns
        : columns.compactMap { column in table.columns.first { $0.name == column } }
      guard !chosen.isEmpty else {
        return TableData(name: name, total: try count(name, in: database))
      }
      let keys = table.columns.filter(\.isKey).map { sqlName($0.name) }
      let sql =
        "SELECT " + chosen.map { sqlName($0.name) }.joined(separator: ",")
        + " FROM " + sqlName(name.table)
        + (keys.isEmpty ? "" : " ORDER BY " + keys.joined(separator: ",")) + " LIMIT ?"
      var values = [[TableValue]](repeating: [], count: chosen.count)
      let cursor = try Row.fetchCursor(database, sql: sql, arguments: [limit])
      while let row = try cursor.next() {
        for index in chosen.indices { values[index].append(TableValue(row[index])) }
      }
      return TableData(
        name: name, columns: chosen, values: values, total: try count(name, in: database))
    }
  }

  private func count(_ name: TableName, in database: Database) throws -> Int {
    // Counting reads the whole table: again only after the file or its log changed.
    let path = workspace.path(of: name.database)
    let version = [path, path + "-wal"].flatMap { path -> [Int64] in
      var status = stat()
      guard stat(path, &status) == 0 else { return [] }
      return [
        Int64(status.st_ino), Int64(status.st_size), Int64(status.st_mtim.tv_sec),
        Int64(status.st_mtim.tv_nsec),
      ]
    }
    if let known = rowCounts.withLock({ $0[name] }), known.version == version { return known.rows }
    let rows = try Int.fetchOne(database, sql: "SELECT count(*) FROM " + sqlName(name.table)) ?? 0
    rowCounts.withLock { $0[name] = CountedRows(version: version, rows: rows) }
    return rows
  }

  private func destination<Result>(
    _ file: String, _ body: (Database) throws -> Result
  ) throws(EngineError) -> Result {
    let path = workspace.path(of: file)
    do {
      var configuration = Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(2)
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only=1") }
      return try DatabaseQueue(path: path, configuration: configuration).read(body)
    } catch {
      guard let error = error as? DatabaseError else {
        throw StateFile.engineError(error, path: path)
      }
      throw EngineError(
        .load(
          .sqlite(
            code: error.extendedResultCode.rawValue, message: error.message ?? "no message",
            path: path)))
    }
  }
}

/// A managed table as its destination describes it.
private struct DestinationTable {
  var name: String
  var pipeline: String
  var columns: [TableColumn]

  /// What `_etl_tables` lists and is really there; columns as far as they can be understood.
  static func all(in database: Database) throws -> [DestinationTable] {
    guard try database.tableExists("_etl_tables") else { return [] }
    let rows = try Row.fetchAll(
      database, sql: "SELECT name, pipeline, key_json, schema_json FROM _etl_tables ORDER BY name")
    return try rows.compactMap { row in
      let name: String = row["name"]
      guard try database.tableExists(name) else { return nil }
      let keys = fromJSON(row["key_json"], as: [String].self) ?? []
      let declared = fromJSON(row["schema_json"], as: Schema.self)?.columns ?? []
      let columns = try database.columns(in: name).filter { !$0.name.hasPrefix("_etl_") }
      return DestinationTable(
        name: name, pipeline: row["pipeline"],
        columns: columns.map { column in
          let known = declared.first { $0.name == column.name }
          return TableColumn(
            name: column.name, type: known?.type ?? plain(column.type),
            isKey: known?.key ?? keys.contains(column.name))
        })
    }
  }

  /// SQLite's type words in the pipeline's.
  private static func plain(_ type: String) -> String {
    switch type.uppercased() {
    case "INTEGER", "INT": "int"
    case "REAL", "DOUBLE", "FLOAT": "real"
    default: "text"
    }
  }

  private struct Schema: Decodable {
    var columns: [Column]
  }

  private struct Column: Decodable {
    var name: String
    var type: String?
    var key: Bool?
  }
}

extension TableValue {
  fileprivate init(_ value: DatabaseValue) {
    switch value.storage {
    case .null: self = .null
    case .int64(let number): self = .integer(number)
    case .double(let number): self = .real(number)
    case .string(let text): self = .text(text)
    case .blob(let data): self = .text(data.map { String($0, radix: 16) }.joined(separator: " "))
    }
  }
}

private func sqlName(_ name: String) -> String {
  "\"" + name.replacingOccurrences(of: "\"", with: "\"\"") + "\""
}
