// Which columns of type int a file holds fractions in: read before a load, because the plan of the
// load hangs on it. Only for sources whose contract lets such columns become real.

import Foundation
import Records

/// What a file says about one of its columns of type int.
struct WideningEvidence: Hashable {
  /// A value as a file has it, and where.
  struct Value: Hashable {
    var text: String
    var line: Int
    var place: String
  }

  /// The first value that is no whole number but a real.
  var fraction: Value?
  /// The first whole number that a real does not hold exactly.
  var large: Value?

  /// The same without what the values are.
  var hidden: WideningEvidence {
    var hidden = self
    hidden.fraction?.text = Redaction.mask
    hidden.large?.text = Redaction.mask
    return hidden
  }

  mutating func add(_ other: WideningEvidence) {
    fraction = fraction ?? other.fraction
    large = large ?? other.large
  }
}

/// Reads one file for it.
struct WideningScan {
  private let source: SourceSpec
  private let pass: PlanPass
  private let names: Set<String>

  /// `names`: the columns that are looked at.
  init(_ source: SourceSpec, pass: PlanPass, names: Set<String>) {
    self.source = source
    self.pass = pass
    self.names = names
  }

  /// Reals hold whole numbers exactly up to here: two to the power of 53.
  static let mostExact: Int64 = 1 << 53

  /// Reads a file to its end.
  func evidence(in snapshot: Snapshot) throws(EngineError) -> [String: WideningEvidence] {
    let shape = try ContractCheck.match(snapshot, source: source)
    let layout = SourceLayout(names: shape.names, fields: shape.fields, pass: pass)
    let casts = layout.casts.filter { names.contains($0.spec.name) }
    var reader = try BlobReader(snapshot, source: source)
    var scanner = source.scanner(width: layout.width)
    var found: [String: WideningEvidence] = [:]
    var (batch, other) = (
      RecordBatch(width: layout.width, columns: pass.types),
      RecordBatch(width: layout.width, columns: pass.types)
    )
    let prefilter = pass.prefilter.map { ExpressionProgram($0) }
    batch.begin(position: .start)
    var isLast = false
    while true {
      while !isLast, batch.hasRoom {
        isLast =
          try batch.fill { buffer throws(EngineError) in
            try reader.read(into: UnsafeMutableRawBufferPointer(buffer))
          } == 0
      }
      scanner.scan(batch, isLast: isLast)
      scanner.carry(from: batch, into: other)
      if let prefilter {
        for cast in layout.prefilterCasts { cast.cast(batch) }
        prefilter.filter(batch)
      }
      for cast in casts {
        found[cast.spec.name, default: WideningEvidence()].add(look(cast, batch, snapshot.uri))
      }
      let isDone = isLast && other.inputCount == 0 || batch.count == 0 && isLast
      swap(&batch, &other)
      if isDone { return found }
    }
  }

  /// What one column of a batch holds; the records' flags are as before afterwards.
  private func look(_ cast: ColumnCast, _ batch: RecordBatch, _ place: String) -> WideningEvidence {
    let wasBad = (0..<batch.count).map { batch.bad[$0] }
    let badCount = batch.badCount
    cast.cast(batch)
    let real = ColumnCast(spec: cast.spec.asReal, field: cast.field, column: 0)
    func value(_ row: Int) -> WideningEvidence.Value {
      WideningEvidence.Value(
        text: TextBytes.escaped(batch.field(cast.field, of: row), cap: 60),
        line: batch.place(of: row).line, place: place)
    }
    var found = WideningEvidence()
    let column = batch.columns[cast.column]
    for index in 0..<batch.selectedCount {
      let row = Int(batch.selection[index])
      if wasBad[row] { continue }
      if batch.bad[row] {
        if found.fraction == nil, !batch.fieldIsNull(cast.field, of: row),
          real.accepts(batch.field(cast.field, of: row))
        {
          found.fraction = value(row)
        }
      } else if found.large == nil, !column.nulls[row],
        column.slots[row].magnitude > Self.mostExact.magnitude
      {
        found.large = value(row)
      }
    }
    for row in wasBad.indices { batch.bad[row] = wasBad[row] }
    batch.badCount = badCount
    return found
  }
}

extension ColumnSpec {
  /// The same column as a real; its bounds are the same numbers.
  var asReal: ColumnSpec {
    var spec = self
    spec.type = .real
    spec.minimum = minimum.flatMap { spec.bound($0.text) }
    spec.maximum = maximum.flatMap { spec.bound($0.text) }
    return spec
  }
}
