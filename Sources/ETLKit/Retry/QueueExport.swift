// The queue as a file that people mend in a spreadsheet or a script, and send back.
//
// Columns are those of the records' files, with `_id _reason _line _file` in front. `_raw` holds records
// whose fields cannot be told apart, `_mark` tells on the way back whether a record changed meanwhile.

internal import Crypto
internal import Foundation
internal import GRDB

/// How an export is written.
public enum QueueFormat: String, Hashable, Sendable, CaseIterable {
  /// Comma-separated, with a header.
  case csv
  /// One JSON object a line, all values as texts.
  case ndjson
}

extension WorkspaceReader {
  /// Writes open records line by line; gives how many.
  public func export(
    _ selection: RejectSelection, as format: QueueFormat,
    write: (String) throws(EngineError) -> Void
  ) throws(EngineError) -> Int {
    let now = clock()
    let ids = try read([]) { try selection.ids(at: now, in: $0) }
    var columns: [String] = []
    if format == .csv {
      columns = try exportColumns(ids)
      try write(
        QueueExport.csv(["_id", "_reason", "_line", "_file"] + columns + ["_raw", "_mark"]))
    }
    var count = 0
    for start in stride(from: 0, to: ids.count, by: 500) {
      for record in try exported(Array(ids[start..<min(start + 500, ids.count)])) {
        try write(format == .csv ? record.csv(columns) : record.json)
        count += 1
      }
    }
    return count
  }

  /// All column names of the records' files, in the order they are first seen.
  private func exportColumns(_ ids: [RejectID]) throws(EngineError) -> [String] {
    try read([]) { database in
      let headers = try String.fetchAll(
        database,
        sql: """
          SELECT header_json FROM snapshot WHERE header_json IS NOT NULL AND id IN
            (SELECT snapshot_id FROM reject WHERE id IN (SELECT value FROM json_each(?)))
          ORDER BY id
          """, arguments: [jsonText(ids)])
      var columns: [String] = []
      for header in headers {
        for name in fromJSON(header, as: [String].self) ?? [] where !columns.contains(name) {
          columns.append(name)
        }
      }
      return columns
    }
  }

  private func exported(_ ids: [RejectID]) throws(EngineError) -> [QueueExport.Record] {
    try read([]) { database in
      let statement = try database.cachedStatement(
        sql: """
          SELECT r.id, p.name AS pipeline, r.source, r.state, r.raw, r.edited_raw, r.raw_truncated,
            r.byte_length, s.header_json, s.dialect_json, r.line_no, c.text, s.uri, s.member
          FROM reject r JOIN pipeline p ON p.id=r.pipeline_id
            JOIN snapshot s ON s.id=r.snapshot_id JOIN reason c ON c.id=r.reason_id WHERE r.id=?
          """)
      var texts = RecordTexts()
      return try ids.compactMap { id in
        guard let row = try Row.fetchOne(statement, arguments: [id]) else { return nil }
        let member: String = row["member"]
        return QueueExport.Record(
          basis: DraftBasis(row: row, texts: &texts), reason: row["text"], line: row["line_no"],
          file: member.isEmpty ? row["uri"] : member)
      }
    }
  }
}

/// What an export says of a record.
enum QueueExport {
  struct Record {
    var basis: DraftBasis
    var reason: String
    var line: Int
    var file: String

    /// The values by name; without, if they are not as many as the header has.
    var values: [(name: String, value: String)] {
      guard let text = basis.text, let values = text.values(basis.stored),
        values.count == text.names.count
      else { return [] }
      return zip(text.names, values).map { (name: $0, value: $1) }
    }

    func csv(_ columns: [String]) -> String {
      let values = values
      let byName = Dictionary(values.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a })
      return QueueExport.csv(
        ["\(basis.id)", reason, "\(line)", file] + columns.map { byName[$0] ?? "" }
          + [values.isEmpty ? basis.stored.asText : "", QueueExport.mark(basis.stored)])
    }

    var json: String {
      let values = values
      var parts = [
        "\"_id\":\(basis.id)", "\"_reason\":\(JSONText.quoted(reason))", "\"_line\":\(line)",
        "\"_file\":\(JSONText.quoted(file))",
      ]
      parts += values.map { "\(JSONText.quoted($0.name)):\(JSONText.quoted($0.value))" }
      if values.isEmpty { parts.append("\"_raw\":\(JSONText.quoted(basis.stored.asText))") }
      parts.append("\"_mark\":\(JSONText.quoted(QueueExport.mark(basis.stored)))")
      return "{" + parts.joined(separator: ",") + "}"
    }
  }

  /// A few letters that other bytes would not have.
  static func mark(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: Data(bytes)).prefix(6).map {
      ($0 < 16 ? "0" : "") + String($0, radix: 16)
    }.joined()
  }

  static func csv(_ values: [String]) -> String {
    values.map { value in
      let isPlain = !value.unicodeScalars.contains {
        $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r"
      }
      return isPlain ? value : "\"" + value.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }.joined(separator: ",")
  }
}

extension WorkspaceReader {
  /// How many open records a selection means.
  public func count(_ selection: RejectSelection) throws(EngineError) -> Int {
    let now = clock()
    return try read(0) { database in
      let ids = try selection.ids(at: now, in: database)
      return try Int.fetchOne(
        database,
        sql: "SELECT count(*) FROM reject WHERE id IN (SELECT value FROM json_each(?))",
        arguments: [jsonText(ids)]) ?? 0
    }
  }
}
