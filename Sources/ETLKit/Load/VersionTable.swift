// The SQL of a table that keeps every version of a row: slowly changing dimension, type 2.
//
// A version holds from `valid_from` until just before `valid_to`; the current one has no end. A
// unique index allows one current version a key.

import Records

extension TargetTable {
  /// The engine's own columns of such a table, behind those of the records.
  static let validityColumns = ["valid_from", "valid_to", "is_current"]

  /// The name of the index that allows one current version a key.
  var currentIndexName: String { name + "_current" }

  /// Makes the table and its index.
  var createVersionsStatement: String {
    let parts =
      columns.map(definition)
      + (hasLineage ? Lineage.columns : []).map {
        "  \(quotedName($0)) INTEGER"
      } + [
        "  \"valid_from\" TEXT NOT NULL", "  \"valid_to\" TEXT",
        "  \"is_current\" INTEGER NOT NULL",
        "  PRIMARY KEY(\(list(key)),\"valid_from\")",
      ]
    return
      "CREATE TABLE \(quotedName(name))(\n\(parts.joined(separator: ",\n"))\n) WITHOUT ROWID;\n"
      + createCurrentIndexStatement
  }

  /// Makes the index.
  var createCurrentIndexStatement: String {
    "CREATE UNIQUE INDEX IF NOT EXISTS \(quotedName(currentIndexName)) "
      + "ON \(quotedName(name))(\(list(key))) WHERE \"is_current\"=1"
  }

  /// Each row of `source` with the start of its key's current version, and whether they differ.
  ///
  /// The named index makes the search of the version follow the row: what the last row wrote is
  /// seen by the next one.
  func currentVersions(of source: String) -> String {
    let names = rowColumns.map { "r.\(quotedName($0))" }.joined(separator: ",")
    let same = key.map { "c.\(quotedName($0))=r.\(quotedName($0))" }.joined(separator: " AND ")
    let others = columns.filter { !$0.isKey }.map { quotedName($0.name) }
    let differs = others.map { "c.\($0) IS NOT r.\($0)" }.joined(separator: " OR ")
    return "SELECT \(names),c.\"valid_from\",\(others.isEmpty ? "0" : differs) "
      + "FROM \(quotedName(source)) r LEFT JOIN \(quotedName(name)) c "
      + "INDEXED BY \(quotedName(currentIndexName)) ON \(same) AND c.\"is_current\"=1"
  }

  /// What a version takes from a row: its columns and, where the table keeps it, its place.
  var rowColumns: [String] {
    columns.map(\.name) + (hasLineage ? [Lineage.source, Lineage.offset] : [])
  }

  /// Opens a version for a load: what it takes from the row, then its start.
  func openStatement(load: Int64) -> String {
    let places = Array(repeating: "?", count: rowColumns.count + 1).joined(separator: ",")
    let own = ["valid_from", "valid_to", "is_current"] + (hasLineage ? [Lineage.load] : [])
    return "INSERT OR FAIL INTO \(quotedName(name))(\(list(rowColumns + own))) "
      + "VALUES(\(places),NULL,1\(hasLineage ? ",\(load)" : ""))"
  }

  /// Sets the end of a version and whether it is current: these two, the key, the start.
  var endStatement: String {
    "UPDATE \(quotedName(name)) SET \"valid_to\"=?,\"is_current\"=? "
      + "WHERE \(keyIsGiven) AND \"valid_from\"=?"
  }

  /// A row if the key has a version that ended after a moment: the key, the moment.
  var endedLaterStatement: String {
    "SELECT 1 FROM \(quotedName(name)) WHERE \(keyIsGiven) AND \"valid_to\">? LIMIT 1"
  }

  /// Makes the list of keys that a load brought.
  var createSeenStatement: String {
    let parts = key.map { key in
      "\(quotedName(key)) \(columns.first { $0.name == key }?.type.sqlName ?? "")"
    }
    return
      "DROP TABLE IF EXISTS temp.etl_seen; CREATE TEMP TABLE etl_seen(\(parts.joined(separator: ",")),"
      + "PRIMARY KEY(\(list(key)))) WITHOUT ROWID"
  }

  /// Notes a key in that list.
  var seeStatement: String {
    "INSERT OR IGNORE INTO temp.etl_seen VALUES(\(key.map { _ in "?" }.joined(separator: ",")))"
  }

  /// Ends the current versions whose keys are not in that list: the moment, twice.
  var endUnseenStatement: String {
    let same = key.map { "s.\(quotedName($0))=t.\(quotedName($0))" }.joined(separator: " AND ")
    return "UPDATE \(quotedName(name)) AS t SET \"valid_to\"=?,\"is_current\"=0 "
      + "WHERE t.\"is_current\"=1 AND t.\"valid_from\"<? "
      + "AND NOT EXISTS(SELECT 1 FROM temp.etl_seen s WHERE \(same))"
  }

  private var keyIsGiven: String {
    key.map { "\(quotedName($0))=?" }.joined(separator: " AND ")
  }
}
