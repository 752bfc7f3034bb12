// Drives any scanner over pieces of input and writes one line a record.

import Records

/// Scans and casts; one line a record, faults as codes.
func driven(
  _ pieces: [[UInt8]], _ start: some RecordScanner, _ specs: [ColumnSpec], capacity: Int = 3,
  byteCapacity: Int = 32
) -> (lines: [String], scanner: any RecordScanner) {
  var scanner = start
  let batches = (0..<2).map { _ in
    RecordBatch(
      width: specs.count, columns: specs.map(\.type), capacity: capacity,
      byteCapacity: byteCapacity)
  }
  let explainer = RecordExplainer(
    casts: specs.enumerated().map { ($1, $0) }, width: specs.count, names: specs.map(\.name))
  var result: [String] = []
  var waiting = pieces.filter { !$0.isEmpty }[...]
  var turn = 0
  var batch = batches[0]
  batch.begin(position: .start)
  while true {
    if let piece = waiting.first {
      let taken = piece.withUnsafeBufferPointer { batch.fill(from: $0) }
      waiting = waiting.dropFirst()
      if taken < piece.count { waiting.insert(Array(piece[taken...]), at: waiting.startIndex) }
    }
    scanner.scan(batch, isLast: waiting.isEmpty)
    for (index, spec) in specs.enumerated() {
      ColumnCast(spec: spec, field: index, column: index).cast(batch)
    }
    result += Casting(batch: batch, specs: specs, explainer: explainer).lines
    if waiting.isEmpty, batch.leftover == 0 { break }
    turn += 1
    scanner.carry(from: batch, into: batches[turn & 1])
    batch = batches[turn & 1]
  }
  return (result, scanner)
}

/// Scans a text that arrives whole.
func driven(
  _ text: String, _ scanner: some RecordScanner, _ specs: [ColumnSpec]
) -> (lines: [String], scanner: any RecordScanner) {
  driven([Array(text.utf8)], scanner, specs)
}

/// Paths that are known to be right.
func paths(_ texts: String...) -> [JSONPath] { texts.compactMap { try? JSONPath($0) } }
