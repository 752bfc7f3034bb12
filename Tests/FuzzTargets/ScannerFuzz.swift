// Scanners: whatever the bytes are and however they arrive, the records are the same. Touches nothing.

import Records

enum ScannerFuzz {
  /// One column of each type, so that every cast is tried.
  private static func specs(_ count: Int = 7) -> [ColumnSpec] {
    let types: [ValueType] = [
      .text, .integer, .real, .decimal(precision: 12, scale: 2), .boolean, .date, .timestamp,
    ]
    return types.prefix(count).enumerated().map {
      ColumnSpec(name: "c\($0)", position: $0 + 1, type: $1)
    }
  }

  static func problem(delimited input: [UInt8]) -> String? {
    var free = Dialect(maximumRecordBytes: 300)
    free.hasHeader = false
    var other = Dialect(maximumRecordBytes: 40)
    other.delimiter = UInt8(ascii: ";")
    other.skipBlankLines = false
    other.comment = UInt8(ascii: "#")
    other.skippedLines = 1
    var plain = Dialect()
    plain.delimiter = UInt8(ascii: "\t")
    plain.quote = nil
    for dialect in [free, other, plain] {
      let scanner = CSVScanner(dialect: dialect, width: 7)
      if let problem = difference(input, scanner, specs()) { return problem }
    }
    let fields = [FixedField(start: 0, width: 3), FixedField(start: 3, width: 5)]
    for layout in [
      FixedWidth(fields: fields), FixedWidth(fields: fields, unit: .bytes, padsShortLines: true),
    ] {
      let scanner = FixedWidthScanner(layout: layout, dialect: other)
      if let problem = difference(input, scanner, specs(2)) { return problem }
    }
    return nil
  }

  static func problem(json input: [UInt8]) -> String? {
    let paths = ["a", "b[0]", "c.d", "/e", "f[1].g", "h", "id"].compactMap { try? JSONPath($0) }
    let lines = JSONLinesScanner(paths: paths, maximumRecordBytes: 200)
    if let problem = difference(input, lines, specs()) { return problem }
    for (path, most) in [(nil, 200), ("data", 40), ("x[0].y", 1_000)] as [(String?, Int)] {
      let scanner = JSONArrayScanner(
        paths: paths, array: path.flatMap { try? JSONPath($0) }, maximumRecordBytes: most)
      if let problem = difference(input, scanner, specs()) { return problem }
    }
    return nil
  }

  /// The input in one piece, in pieces of one byte, and of thirteen.
  private static func difference(
    _ input: [UInt8], _ scanner: some RecordScanner, _ specs: [ColumnSpec]
  ) -> String? {
    let whole = records(input, by: input.count, scanner, specs)
    for size in [1, 13] where size < input.count {
      let found = records(input, by: size, scanner, specs)
      guard found != whole else { continue }
      let place = zip(found, whole).prefix { $0 == $1 }.count
      return
        "\(type(of: scanner)) by \(size): \(found.dropFirst(place).first ?? "nothing"), whole: "
        + "\(whole.dropFirst(place).first ?? "nothing")"
    }
    return nil
  }

  /// One line a record: its place, and its values or faults.
  private static func records(
    _ input: [UInt8], by size: Int, _ start: some RecordScanner, _ specs: [ColumnSpec]
  ) -> [String] {
    var scanner = start
    let batches = (0..<2).map { _ in
      RecordBatch(
        width: specs.count, columns: specs.map(\.type), capacity: 8,
        byteCapacity: max(64, size))
    }
    let casts = specs.enumerated().map { ColumnCast(spec: $1, field: $0, column: $0) }
    let explainer = RecordExplainer(
      casts: specs.enumerated().map { ($1, $0) }, width: specs.count, names: specs.map(\.name))
    var (lines, rest, turn) = ([String](), input[...], 0)
    var batch = batches[0]
    batch.begin(position: .start)
    while true {
      let piece = Array(rest.prefix(max(1, size)))
      let taken = piece.withUnsafeBufferPointer { batch.fill(from: $0) }
      rest = rest.dropFirst(taken)
      scanner.scan(batch, isLast: rest.isEmpty)
      for cast in casts { cast.cast(batch) }
      for record in 0..<batch.count { lines.append(line(record, batch, explainer)) }
      if rest.isEmpty, batch.leftover == 0 { break }
      turn += 1
      scanner.carry(from: batch, into: batches[turn & 1])
      batch = batches[turn & 1]
    }
    lines.append(
      "\(scanner.blankLines) blank, \(scanner.commentLines) remarks, "
        + "\(scanner.ignoredExtraFields) ignored, \(scanner.problem.map { "\($0)" } ?? "whole")")
    return lines
  }

  private static func line(
    _ record: Int, _ batch: RecordBatch, _ explainer: RecordExplainer
  ) -> String {
    let place = batch.place(of: record)
    let head = "\(place.number) at \(place.line)-\(place.lastLine), \(place.offset)+\(place.length)"
    guard !batch.bad[record] else {
      let faults = explainer.faults(of: record, in: batch).map { fault in
        "\(fault.code.rawValue) \(fault.column ?? "") \(fault.value ?? "")"
      }
      return head + ": "
        + (faults.isEmpty ? "bad without a reason" : faults.joined(separator: "; "))
    }
    let values = batch.columns.map { column -> String in
      guard !column.nulls[record] else { return "-" }
      let slot = column.slots[record]
      return column.type == .text
        ? String(decoding: batch.bytes(of: slot), as: UTF8.self).debugDescription : "\(slot)"
    }
    return head + ": " + values.joined(separator: "|")
  }
}
