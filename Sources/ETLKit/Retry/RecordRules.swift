// The rules of a source for one record, asked while somebody types: the same casts and the same words as a run.

import Records

/// What a source declares for the fields of one of its files.
struct RecordRules {
  private let source: SourceSpec
  private let width: Int
  private let casts: [ColumnCast]
  private let explainer: RecordExplainer

  /// Throws `contract` if the source does not take such a header.
  init(_ source: SourceSpec, names: [String]) throws(EngineError) {
    let match = try ContractCheck.match(names: names, source: source, place: "the queue")
    self.source = source
    width = names.count
    var casts: [ColumnCast] = []
    for (column, field) in zip(source.columns, match.fields) {
      guard let field else { continue }
      casts.append(ColumnCast(spec: column.value, field: field, column: casts.count))
    }
    self.casts = casts
    explainer = RecordExplainer(
      casts: casts.map { (spec: $0.spec, field: $0.field) }, width: names.count, names: names)
  }

  /// The declared columns that read a field.
  func columns(of field: Int) -> [ColumnSpec] {
    casts.filter { $0.field == field }.map(\.spec)
  }

  /// All faults of a record with these bytes, and of the columns without one what they are.
  func judge(_ raw: [UInt8]) -> (faults: [RecordFault], parsed: [String: String]) {
    let batch = RecordBatch(
      width: width, columns: casts.map(\.spec.type), capacity: 2, byteCapacity: raw.count + 1)
    batch.begin(position: .start)
    (raw + [0x0A]).withUnsafeBufferPointer { _ = batch.fill(from: $0) }
    var scanner = source.recordScanner(width: width)
    scanner.scan(batch, isLast: true)
    guard batch.count > 0 else { return ([], [:]) }
    batch.combine(asJSON: source.format.isJSON)
    let faults = explainer.faults(of: 0, in: batch)
    var parsed: [String: String] = [:]
    guard !batch.bad[0] else { return (faults, parsed) }
    for cast in casts {
      cast.cast(batch)
      if !batch.bad[0] { parsed[cast.spec.name] = SlotText.string(batch, 0, cast.column) }
      batch.bad[0] = false
      batch.badCount = 0
    }
    return (faults, parsed)
  }
}
