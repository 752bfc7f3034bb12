// The rows that a test expects: its text as CSV, each value as its column's type has it.

import Foundation
import Records

/// A table written in a pipeline file.
struct ExpectedTable {
  /// A row and where it stands.
  struct Row {
    var cells: [String]
    /// Its bytes in the text.
    var range: Range<Int>
    var fields: [Range<Int>]
    /// Why it is no row.
    var fault: RecordFault.Code?
  }

  /// The names in the header.
  let names: [String]
  /// Where they stand in the text.
  let nameRanges: [Range<Int>]
  let rows: [Row]

  /// Reads a text; nil if it has no header.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    let found = CSVReference(bytes, dialect: Dialect()).records
    let rows = found.map { record in
      Row(
        cells: record.fields.map { field in
          let text = String(decoding: bytes[field.range], as: UTF8.self)
          return field.hasDoubledQuotes ? text.replacing("\"\"", with: "\"") : text
        }, range: record.range, fields: record.fields.map(\.range), fault: record.fault)
    }
    guard let header = rows.first, header.fault == nil else { return nil }
    names = header.cells.map { $0.trimmingCharacters(in: .whitespaces) }
    nameRanges = header.fields
    self.rows = Array(rows.dropFirst())
  }
}

/// Values of tests in one spelling, so that equal values are equal texts.
enum TestValue {
  /// An expected value; nil for no value, and for a text that is no value of the type.
  static func expected(_ text: String, as type: ValueType) -> String? {
    guard !text.isEmpty, type != .text else { return text.isEmpty ? nil : text }
    return slot(of: text, as: type).map { spelled($0, as: type) }
  }

  /// Whether a text is a value of a type; the empty text is no value, and that of every type.
  static func isValue(_ text: String, of type: ValueType) -> Bool {
    text.isEmpty || type == .text || slot(of: text, as: type) != nil
  }

  /// A value that SQLite gave; an empty text is no value, because CSV cannot tell them apart.
  static func found(_ value: SQLiteValue, as type: ValueType) -> String? {
    switch (value, type) {
    case (.null, _): nil
    case (.integer(let number), .boolean): number == 0 ? "false" : "true"
    case (.integer(let number), .decimal(_, let scale)):
      String(format: "%.\(scale)f", Double(number))
    case (.integer(let number), _): String(number)
    case (.real(let number), .decimal(_, let scale)): String(format: "%.\(scale)f", number)
    case (.real(let number), _): spelled(number)
    case (.text(let text), _): text.isEmpty ? nil : text
    }
  }

  private static func slot(of text: String, as type: ValueType) -> Int64? {
    ColumnSpec(name: "", type: type).bound(text)?.slot
  }

  private static func spelled(_ slot: Int64, as type: ValueType) -> String {
    guard type == .real else { return SlotText.string(slot, as: type) }
    return spelled(Double(bitPattern: UInt64(bitPattern: slot)))
  }

  /// Twelve digits: what adding in another order changes is no difference.
  private static func spelled(_ number: Double) -> String { String(format: "%.12g", number) }
}

/// A value of SQLite without its library.
enum SQLiteValue: Hashable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
}
