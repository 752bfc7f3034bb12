// A run into nothing that stops at one row: the pipeline over kept files, watched on its way.

import GRDB
import Records

/// The end of a search's last pass: it looks at rows and keeps none.
final class SearchSink: BatchSink {
  /// The row, once it was found.
  private(set) var found: FoundRow?
  /// The last row that has the key, but other values.
  private(set) var other: FoundRow?

  private let types: [ValueType]
  private let capacity: Int
  private let isKey: (RecordBatch, Int) -> Bool
  private let isSame: (RecordBatch, Int) -> Bool
  private let describe: (Parcel, Int) -> FoundRow
  private var free: Parcel?

  /// `isKey`: whether a row has the key; `isSame`: whether it is the row, if it has.
  init(
    types: [ValueType], capacity: Int, isKey: @escaping (RecordBatch, Int) -> Bool,
    isSame: @escaping (RecordBatch, Int) -> Bool, describe: @escaping (Parcel, Int) -> FoundRow
  ) {
    self.types = types
    self.capacity = capacity
    self.isKey = isKey
    self.isSame = isSame
    self.describe = describe
  }

  func take(width: Int) -> Parcel? {
    defer { free = nil }
    if let free, free.batch.width == width { return free }
    return Parcel(batch: RecordBatch(width: width, columns: types, capacity: capacity))
  }

  func give(_ parcel: Parcel) throws(EngineError) {
    let batch = parcel.batch
    for index in 0..<batch.selectedCount {
      let row = Int(batch.selection[index])
      guard isKey(batch, row) else { continue }
      guard isSame(batch, row) else {
        other = describe(parcel, row)
        continue
      }
      found = describe(parcel, row)
      throw EngineError(.cancelled)
    }
    free = parcel
  }

  func giveBack(_ parcel: Parcel) { free = parcel }
}

/// Shows what goes into a gathering step.
final class WatchingSink: BatchSink {
  private let sink: any BatchSink
  private let look: (Parcel) -> Void

  init(_ sink: any BatchSink, look: @escaping (Parcel) -> Void) {
    self.sink = sink
    self.look = look
  }

  func take(width: Int) -> Parcel? { sink.take(width: width) }
  func give(_ parcel: Parcel) throws(EngineError) {
    look(parcel)
    try sink.give(parcel)
  }
  func giveBack(_ parcel: Parcel) { sink.giveBack(parcel) }
}

/// A row that a search came to.
struct FoundRow {
  /// The record behind it, if there is one.
  var snapshot: Int64?
  var place: RecordPlace?
  var raw: [UInt8] = []
  /// The stages of the last pass.
  var stages: [RowTrace.Stage] = []
}

/// A place in a file.
struct SoughtPlace: Hashable {
  var snapshot: Int64
  var offset: Int
}

extension LoadJob {
  /// Looks for the row with a key; stops where it is found.
  ///
  /// `values`: the row in the destination, by table column; a row with the key that differs is not it.
  /// `place`: where its record stands, if that is known; then values do not matter.
  func search(
    for key: RowKey, values: [DatabaseValue], at place: SoughtPlace?
  ) throws(EngineError) -> (row: FoundRow?, isExact: Bool) {
    var stages: [RowTrace.Stage] = []
    watch = { pass, parcel in
      guard let place, let row = parcel.row(at: place, root: self.rootSource(of: pass)) else {
        return
      }
      let new = self.stages(of: pass, parcel, row)
      stages += new.filter { stage in !stages.contains { $0.name == stage.name } }
    }
    for pass in plan.passes.dropLast() { try gather(pass, checks: []) }
    guard let load = plan.loads.first else { return (nil, false) }
    let pass = plan.passes[load.pass]
    let capacity = self.capacity(of: pass)
    let root = rootSource(of: pass)
    let columns = load.columns
    let types = load.table.columns.map(\.type)
    let sink = SearchSink(
      types: pass.types, capacity: capacity,
      isKey: { batch, row in
        key.parts.allSatisfy { part in
          types[part.place].isSame(batch, row, columns[part.place], as: part.stored)
        }
      },
      isSame: { batch, row in
        place != nil
          || columns.indices.allSatisfy {
            types[$0].isSame(batch, row, columns[$0], as: values[$0])
          }
      },
      describe: { parcel, row in
        var found = parcel.foundRow(row, root: root)
        found.stages = self.stages(of: pass, parcel, row)
        return found
      })
    do throws(EngineError) {
      try drive(
        pass, into: sink, probes: try makeProbes(pass, capacity: capacity), checks: [],
        capacity: capacity)
    } catch {
      guard sink.found != nil else { throw error }
    }
    guard var row = sink.found ?? sink.other else { return (nil, false) }
    row.stages =
      stages.filter { stage in !row.stages.contains { $0.name == stage.name } } + row.stages
    return (row, sink.found != nil)
  }

  /// What the stages of a pass made of a row of the batch at hand.
  private func stages(of pass: PlanPass, _ parcel: Parcel, _ row: Int) -> [RowTrace.Stage] {
    var stages: [RowTrace.Stage] = []
    func add(_ name: String, _ columns: [PlanColumn], partner: String? = nil) {
      let kind = plan.stages.first { $0.name == name }?.kind ?? .select
      let values = columns.filter { !$0.isMany && $0.index < parcel.batch.columns.count }.map {
        column in
        let isNull = parcel.batch.columns[column.index].nulls[row]
        return RowTrace.Value(
          name: column.name,
          value: isNull ? nil : SlotText.string(parcel.batch, row, column.index))
      }
      stages.append(RowTrace.Stage(name: name, kind: kind, values: values, partner: partner))
    }
    if case .gathered(let name) = pass.input { add(name, pass.inputColumns) }
    for operation in pass.operations where !operation.isUnfinished {
      if case .given = operation { continue }
      let name = operation.stage
      var partner: String?
      if case .probe(_, let probe) = operation, let found = probes[name]?.partner(of: row),
        found >= 0, let store = probes[name]?.index.store
      {
        partner = "line \(store.lines[found]) of \(probe.side)"
      }
      add(name, plan.stages.first { $0.name == name }?.columns ?? [], partner: partner)
    }
    return stages
  }
}

extension Parcel {
  /// The selected row whose record stands at a place.
  fileprivate func row(at place: SoughtPlace, root: RootSource) -> Int? {
    for index in 0..<batch.selectedCount {
      let row = Int(batch.selection[index])
      let (snapshot, found) = origin(of: row, root: root)
      if snapshot == place.snapshot, found?.offset == place.offset { return row }
    }
    return nil
  }

  fileprivate func origin(of row: Int, root: RootSource) -> (Int64?, RecordPlace?) {
    switch origin {
    case .none: return (nil, nil)
    case .snapshot(let file): return (root.snapshots[file].id, batch.place(of: row))
    case .queue(let entries): return (entries[row].snapshotID, entries[row].place)
    case .store(let store, let rows):
      let number = Int(rows[row])
      guard let record = store.record(of: number) else { return (nil, nil) }
      return (store.origin(of: number)?.snapshot, record.place)
    }
  }

  fileprivate func foundRow(_ row: Int, root: RootSource) -> FoundRow {
    let (snapshot, place) = origin(of: row, root: root)
    var found = FoundRow(snapshot: snapshot, place: place)
    switch origin {
    case .none: break
    case .snapshot: found.raw = Array(batch.raw(row))
    case .queue(let entries): found.raw = entries[row].raw
    case .store(let store, let rows):
      if let record = store.record(of: Int(rows[row])), let book = store.book {
        found.raw = book.withBytes(of: record.raw) { Array($0) }
      }
    }
    return found
  }
}
