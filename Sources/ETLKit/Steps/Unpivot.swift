// Columns become rows: the wide form of a table becomes the long one.

import Records

/// What an `unpivot` does.
struct PlanUnpivot: Sendable {
  /// A column that becomes rows.
  struct Member: Sendable {
    var name: String
    /// The column of the batch.
    var column: Int
  }

  /// The columns that every row keeps.
  var stay: [PlanColumn]
  /// The columns that become rows; of a source's rest known when its files are.
  var members: [Member]
  var isRest: Bool
  /// How names are written that are dates.
  var formats: [DateFormat]
  var keepsNulls: Bool
  /// What it gives: the columns that stay, the name, the value.
  var result: [PlanColumn]

  /// The day that a name stands for.
  func nameSlot(_ name: String) -> Int64? {
    var name = name
    return name.withUTF8 { bytes in
      for format in formats {
        if let found = DateBytes.parse(bytes, as: format) { return found.days }
      }
      return nil
    }
  }
}

/// An `unpivot` at work; it holds the long form only.
final class Unpivot: GatheringStep {
  private let plan: PlanUnpivot
  private let result: RowStore
  private let members: [(slot: Int64, column: Int)]
  /// Rows made beyond one for each that was taken.
  private(set) var added = 0
  /// Rows that gave none, because all their columns were null.
  private(set) var leftOut = 0

  /// Throws a name that is no date, or one that stands for a day another has.
  init(_ plan: PlanUnpivot, _ result: RowStore, source: RootSource) throws(EngineError) {
    self.plan = plan
    self.result = result
    var members: [(slot: Int64, column: Int)] = []
    var seen: [Int64: String] = [:]
    for member in plan.members {
      var name = member.name
      guard !plan.formats.isEmpty else {
        members.append((name.withUTF8 { result.keep($0) }, member.column))
        continue
      }
      guard let slot = plan.nameSlot(name) else {
        throw EngineError(
          .step(
            .columnName(
              name, formats: plan.formats.map(\.pattern), other: nil, place: source.place)))
      }
      if let other = seen.updateValue(name, forKey: slot) {
        throw EngineError(
          .step(
            .columnName(
              name, formats: plan.formats.map(\.pattern), other: other, place: source.place)))
      }
      members.append((slot, member.column))
    }
    self.members = members
  }

  func take(_ parcel: Parcel, from source: RootSource) {
    let batch = parcel.batch
    let absent = Set(plan.isRest ? parcel.layout?.absentColumns ?? [] : [])
    // What a file does not have is not a value of its records.
    let members = absent.isEmpty ? members : members.filter { !absent.contains($0.column) }
    for index in 0..<batch.selectedCount {
      let row = Int(batch.selection[index])
      let record = result.note(row, of: parcel, source)
      let line = parcel.line(of: row)
      let stay = plan.stay.map { column -> Int64? in
        let from = batch.columns[column.index]
        guard !from.nulls[row] else { return nil }
        let slot = from.slots[row]
        return column.type == .text ? result.keep(batch.bytes(of: slot)) : slot
      }
      var given = 0
      for member in members {
        if !plan.keepsNulls, batch.columns[member.column].nulls[row] { continue }
        result.beginRow()
        for (place, slot) in stay.enumerated() { result.put(place, slot: slot) }
        result.put(stay.count, slot: member.slot)
        result.put(stay.count + 1, batch, row, member.column)
        result.finishRow(line: line, record: record)
        given += 1
      }
      if given == 0 { leftOut += 1 } else { added += given - 1 }
    }
  }

  func finish() -> RowStore { result }
}
