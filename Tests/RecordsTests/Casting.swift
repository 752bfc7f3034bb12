// Scans and casts a whole input in one batch and shows the result as text.

import Records

/// What became of one input.
struct Casting {
  var batch: RecordBatch
  var specs: [ColumnSpec]
  var explainer: RecordExplainer

  init(batch: RecordBatch, specs: [ColumnSpec], explainer: RecordExplainer) {
    self.batch = batch
    self.specs = specs
    self.explainer = explainer
  }

  init(_ input: [UInt8], _ specs: [ColumnSpec], dialect: Dialect = Dialect()) {
    let header = input.withUnsafeBufferPointer {
      CSVHeader.read($0, dialect: dialect, isLast: true)
    }
    let names = header?.names ?? []
    batch = RecordBatch(width: names.count, columns: specs.map(\.type), byteCapacity: 1 << 16)
    self.specs = specs
    let fields = specs.map {
      $0.position.map { $0 - 1 } ?? header?.positions(of: $0.from).first ?? 0
    }
    explainer = RecordExplainer(
      casts: zip(specs, fields).map { ($0, $1) }, width: names.count, names: names)
    batch.begin(position: .start)
    input.withUnsafeBufferPointer { _ = batch.fill(from: $0) }
    var scanner = CSVScanner(dialect: dialect, width: names.count)
    scanner.scan(batch, isLast: true)
    for (column, spec) in specs.enumerated() {
      ColumnCast(spec: spec, field: fields[column], column: column).cast(batch)
    }
  }

  init(_ text: String, _ specs: [ColumnSpec], dialect: Dialect = Dialect()) {
    self.init(Array(text.utf8), specs, dialect: dialect)
  }

  /// One line a record: its values, or its line and faults.
  var lines: [String] {
    (0..<batch.count).map { record in
      guard batch.bad[record] else {
        return specs.indices.map { value(record, $0) }.joined(separator: "|")
      }
      let faults = explainer.faults(of: record, in: batch).map { fault in
        "\(fault.code.rawValue) \(fault.column ?? "-") \(fault.value ?? "-") (\(fault.rule ?? "-"))"
      }
      return "line \(batch.place(of: record).line): " + faults.joined(separator: "; ")
    }
  }

  private func value(_ record: Int, _ column: Int) -> String {
    let storage = batch.columns[column]
    if storage.nulls[record] { return "null" }
    let slot = storage.slots[record]
    switch storage.type {
    case .text: return String(decoding: batch.bytes(of: slot), as: UTF8.self)
    case .integer, .boolean: return "\(slot)"
    case .real: return "\(Double(bitPattern: UInt64(bitPattern: slot)))"
    case .decimal(_, let scale): return NumberBytes.decimalText(slot, scale: scale)
    case .date: return DateBytes.dateText(slot)
    case .timestamp: return DateBytes.timestampText(slot)
    }
  }
}

func withBytes<Result>(
  _ text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result
) -> Result { Array(text.utf8).withUnsafeBufferPointer(body) }
