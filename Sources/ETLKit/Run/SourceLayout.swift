// A source's declared columns bound to the fields of one file.

import Records

/// How the fields of a file become the columns of a batch.
struct SourceLayout {
  /// The file's column names, or their positions as names.
  let names: [String]
  /// How many fields a record has.
  let width: Int
  let prefilterCasts: [ColumnCast]
  let casts: [ColumnCast]
  /// How many of `casts`, from the first, identify a record.
  let identityCount: Int
  /// Columns that the file does not have and may lack; they are null.
  let absentColumns: [Int]
  let explainer: RecordExplainer

  /// Binds a pass's casts.
  ///
  /// `fields`: for each declared column its field, nil where the file has none.
  /// `rest`: the names of the source's columns that there are any number of, in all its files.
  init(names: [String], fields: [Int?], pass: PlanPass, rest: [String] = []) {
    self.names = names
    width = names.count
    func bind(_ casts: [PlanCast]) -> [ColumnCast] {
      casts.compactMap { cast in
        fields[cast.declared].map { ColumnCast(spec: cast.spec, field: $0, column: cast.column) }
      }
    }
    prefilterCasts = bind(pass.prefilterCasts)
    let members = RestBinding(names: names, fields: fields, pass: pass, rest: rest)
    casts = bind(pass.casts) + members.casts
    let identity = pass.casts.prefix(pass.identityCount)
    identityCount = identity.allSatisfy { fields[$0.declared] != nil } ? pass.identityCount : 0
    absentColumns =
      pass.casts.filter { fields[$0.declared] == nil }.map(\.column) + members.absent
    let inFileOrder = pass.casts.sorted { $0.declared < $1.declared }
    explainer = RecordExplainer(
      casts: inFileOrder.compactMap { cast in
        fields[cast.declared].map { (spec: cast.spec, field: $0) }
      } + members.explained, width: width, names: names)
  }

  /// Types the records of a batch; bad ones are marked.
  func cast(_ batch: RecordBatch) {
    for cast in casts { cast.cast(batch) }
    for column in absentColumns {
      batch.columns[column].nulls.update(repeating: true, count: batch.count)
    }
  }

  /// The identity of one record by its key, also of a bad one: its key columns are typed alone.
  func identity(of row: Int, in batch: RecordBatch, source: UInt64) -> RecordIdentity? {
    guard identityCount > 0 else { return nil }
    return alone(row, in: batch) {
      RecordIdentity(
        source: source, batch: batch, row: row,
        columns: casts[..<identityCount].map(\.column))
    }
  }

  /// The key of one record as people read it, parts joined by a comma.
  func keyText(of row: Int, in batch: RecordBatch) -> String? {
    guard identityCount > 0 else { return nil }
    return alone(row, in: batch) {
      casts[..<identityCount].map { SlotText.string(batch, row, $0.column) }
        .joined(separator: ", ")
    }
  }

  /// Types the key columns of one record and looks at them; nil if they do not hold a key.
  ///
  /// Leaves the batch's selection and flags as they were.
  private func alone<Result>(
    _ row: Int, in batch: RecordBatch, _ body: () -> Result?
  ) -> Result? {
    let (first, selected) = (batch.selection[0], batch.selectedCount)
    let (wasBad, badCount) = (batch.bad[row], batch.badCount)
    defer {
      batch.selection[0] = first
      batch.selectedCount = selected
      batch.bad[row] = wasBad
      batch.badCount = badCount
    }
    batch.selection[0] = UInt16(row)
    batch.selectedCount = 1
    batch.bad[row] = false
    for cast in casts[..<identityCount] { cast.cast(batch) }
    return batch.bad[row] ? nil : body()
  }
}

/// A source's columns that there are any number of, bound to the fields of one file.
private struct RestBinding {
  var casts: [ColumnCast] = []
  var explained: [(spec: ColumnSpec, field: Int)] = []
  var absent: [Int] = []

  init(names: [String], fields: [Int?], pass: PlanPass, rest: [String]) {
    guard let spec = pass.rest else { return }
    let members = Dictionary(
      spec.members(of: names, declared: fields).map { ($0.name, $0.field) },
      uniquingKeysWith: { first, _ in first })
    for (place, name) in rest.enumerated() {
      guard let field = members[name] else {
        absent.append(pass.types.count + place)
        continue
      }
      var column = spec.column
      column.name = name
      casts.append(ColumnCast(spec: column, field: field, column: pass.types.count + place))
      explained.append((column, field))
    }
  }
}
