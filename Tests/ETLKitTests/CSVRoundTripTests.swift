// What is written as CSV is read back as it was, whatever stands in it.

import Records
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `A table written as CSV` {
  private static let pieces = [
    "a", "ü", "👩‍💻", " ", "\"", "\"\"", ",", "\n", "\r\n", "\r", "\t", ";", "'", "0", "\\",
    "\u{FEFF}", "\u{1B}",
  ]

  private static func field(_ random: inout SplitMix64) -> String {
    (0..<Int.random(in: 0...6, using: &random))
      .map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined()
  }

  @Test func `is read back field by field`() {
    forAll(cases: 400) { random in
      let width = Int.random(in: 2...5, using: &random)
      let rows = (0..<Int.random(in: 1...8, using: &random)).map { _ in
        // A first field that is never empty, as the export's numbers are not.
        ["x" + Self.field(&random)] + (1..<width).map { _ in Self.field(&random) }
      }
      let ending = Bool.random(using: &random) ? "\n" : "\r\n"
      let text = rows.map { QueueExport.csv($0) + ending }.joined()
      let found = Self.read(Array(text.utf8), width: width)
      return found == rows ? nil : "\(text.debugDescription) was read as \(found)"
    }
  }

  private static func read(_ bytes: [UInt8], width: Int) -> [[String]] {
    let specs = (0..<width).map { ColumnSpec(name: "c\($0)", type: .text, nulls: []) }
    let batch = RecordBatch(
      width: width, columns: specs.map(\.type), capacity: 64, byteCapacity: 1 << 14)
    batch.begin(position: .start)
    bytes.withUnsafeBufferPointer { _ = batch.fill(from: $0) }
    var scanner = CSVScanner(dialect: Dialect(hasHeader: false), width: width)
    scanner.scan(batch, isLast: true)
    for (index, spec) in specs.enumerated() {
      ColumnCast(spec: spec, field: index, column: index).cast(batch)
    }
    return (0..<batch.count).map { record in
      batch.bad[record]
        ? ["a bad record"]
        : batch.columns.map { column in
          String(decoding: batch.bytes(of: column.slots[record]), as: UTF8.self)
        }
    }
  }
}
