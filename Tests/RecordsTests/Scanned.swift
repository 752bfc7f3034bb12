// Runs the scanner over an input in pieces and gathers what it found, to be compared.

import Records

/// One record as a value.
struct ScannedRecord: Hashable {
  var fields: [[UInt8]]
  var fieldCount: Int
  var raw: [UInt8]
  var place: RecordPlace
  var fault: RecordFault.Code?
}

struct Scanned: Hashable {
  var records: [ScannedRecord] = []
  var blankLines = 0
  var ignoredExtraFields = 0
  var commentLines = 0
  /// Where the last batch ended.
  var end = InputPosition.start

  var texts: [[String]] {
    records.map { $0.fields.map { String(decoding: $0, as: UTF8.self) } }
  }
  var faults: [RecordFault.Code?] { records.map(\.fault) }
}

/// Scans pieces of input with two batches that take turns.
func scan(
  _ pieces: [[UInt8]], _ dialect: Dialect, width: Int, capacity: Int = 16, byteCapacity: Int = 64
) -> Scanned {
  var result = Scanned()
  var scanner = CSVScanner(dialect: dialect, width: width)
  let batches = (0..<2).map { _ in
    RecordBatch(width: width, columns: [], capacity: capacity, byteCapacity: byteCapacity)
  }
  let explainer = RecordExplainer(casts: [], width: width, names: [])
  var turn = 0
  var waiting = pieces.filter { !$0.isEmpty }[...]
  var batch = batches[0]
  batch.begin(position: .start)
  while true {
    // One read a scan, so that every cut is really seen.
    if let piece = waiting.first {
      let taken = piece.withUnsafeBufferPointer { batch.fill(from: $0) }
      waiting = waiting.dropFirst()
      if taken < piece.count { waiting.insert(Array(piece[taken...]), at: waiting.startIndex) }
    }
    let isLast = waiting.isEmpty
    scanner.scan(batch, isLast: isLast)
    for record in 0..<batch.count {
      let fault = batch.bad[record] ? explainer.faults(of: record, in: batch).first?.code : nil
      result.records.append(
        ScannedRecord(
          fields: (0..<width).map { text(of: $0, record, batch, quote: dialect.quote) },
          fieldCount: batch.fieldCount(of: record), raw: Array(batch.raw(record)),
          place: batch.place(of: record), fault: fault))
    }
    if isLast, batch.leftover == 0 { break }
    turn += 1
    let next = batches[turn % 3 == 0 ? 0 : 1]
    scanner.carry(from: batch, into: next)
    batch = next
  }
  result.blankLines = scanner.blankLines
  result.ignoredExtraFields = scanner.ignoredExtraFields
  result.commentLines = scanner.commentLines
  return result
}

private func text(of field: Int, _ record: Int, _ batch: RecordBatch, quote: UInt8?) -> [UInt8] {
  let bytes = Array(batch.field(field, of: record))
  guard batch.fieldHasDoubledQuotes(field, of: record) else { return bytes }
  var text: [UInt8] = []
  var index = 0
  while index < bytes.count {
    text.append(bytes[index])
    index += bytes[index] == quote ? 2 : 1
  }
  return text
}

/// The same by the slow twin.
func reference(_ input: [UInt8], _ dialect: Dialect, width: Int) -> Scanned {
  let reference = CSVReference(input, dialect: dialect)
  var result = Scanned()
  result.blankLines = reference.blankLines
  result.commentLines = reference.commentLines
  for record in reference.records.dropFirst(dialect.hasHeader ? 1 : 0) {
    var fields = record.fields.prefix(width).map { reference.text(of: $0) }
    while fields.count < width { fields.append([]) }
    let extra = record.fields.dropFirst(width)
    var fault = record.fault
    if fault == nil, record.fields.count < width { fault = .parseFieldsMissing }
    if fault == nil, !extra.isEmpty {
      if extra.allSatisfy(\.range.isEmpty) {
        result.ignoredExtraFields += 1
      } else {
        fault = .parseFieldsExtra
      }
    }
    result.records.append(
      ScannedRecord(
        fields: fields, fieldCount: record.fields.count, raw: Array(input[record.range]),
        place: RecordPlace(
          number: result.records.count + 1, line: record.lines.lowerBound,
          lastLine: record.lines.upperBound, offset: record.range.lowerBound,
          length: record.range.count), fault: fault))
  }
  return result
}

/// Where two results part, in one line.
func difference(_ found: Scanned, _ expected: Scanned, _ input: [UInt8]) -> String {
  guard found != expected else { return "" }
  let text = String(decoding: input, as: UTF8.self).debugDescription
  for (left, right) in zip(found.records, expected.records) where left != right {
    return "\(text): found \(left), expected \(right)"
  }
  return "\(text): found \(found.records.count) records, \(found.blankLines) blank, "
    + "\(found.ignoredExtraFields) ignored, "
    + "expected \(expected.records.count), \(expected.blankLines), \(expected.ignoredExtraFields)"
}
