// Rows into the tables of a query; when all are in, the rows that it gives.

import GRDBSQLite
import Records

/// A `sql` step at work on one of its inputs.
final class QueryStep: GatheringStep {
  private let plan: PlanSQL
  private let database: StagingDatabase
  private let book: RecordBook?
  private let isLast: Bool
  private let stage: String
  private let cancellation: RunCancellation
  private let binder: QueryBinder
  private let refuse: (RowStore, Int, [RecordFault]) throws(EngineError) -> Void
  /// Rows of the query that went to the queue.
  private(set) var refused = 0

  /// Rows made beyond one for each that came in.
  var added: Int { isLast ? max(0, given - database.taken) : 0 }
  /// Rows that came in beyond those that are given.
  var combined: Int { isLast ? max(0, database.taken - given) : 0 }
  private var given = 0

  /// Makes one ready for an input.
  ///
  /// `isLast`: whether all other inputs are in; `refuse` sends the record behind a row of a store to
  /// the queue.
  init(
    _ plan: PlanSQL, _ database: StagingDatabase, book: RecordBook?, isLast: Bool, stage: String,
    cancellation: RunCancellation,
    refuse: @escaping (RowStore, Int, [RecordFault]) throws(EngineError) -> Void
  ) throws(EngineError) {
    self.plan = plan
    self.database = database
    self.book = book
    self.isLast = isLast
    self.stage = stage
    self.cancellation = cancellation
    self.refuse = refuse
    let table = plan.tables[plan.input]
    let places = Array(repeating: "?", count: table.columns.count + 1).joined(separator: ",")
    do throws(QueryMistake) {
      binder = QueryBinder(
        try database.statement("INSERT INTO \(quotedName(table.name)) VALUES(\(places))"),
        table.columns)
    } catch {
      throw EngineError(.step(.query(error.what, place: plan.place)), stage: stage)
    }
  }

  deinit { binder.deallocate() }

  func take(_ parcel: Parcel, from source: RootSource) throws(EngineError) {
    let batch = parcel.batch
    for index in 0..<batch.selectedCount {
      let row = Int(batch.selection[index])
      let record = book?.note(row, of: parcel, source: source) ?? -1
      guard binder.insert(batch, row, record: record) else {
        throw failed(database.failure)
      }
    }
    database.taken += batch.selectedCount
  }

  func finish() throws(EngineError) -> RowStore {
    let result = RowStore(columns: plan.result, book: book)
    guard isLast else { return result }
    let statement: OpaquePointer
    do throws(QueryMistake) {
      statement = try database.prepare(plan.query)
    } catch {
      throw failed(error)
    }
    defer { sqlite3_finalize(statement) }
    watch()
    defer { sqlite3_progress_handler(database.handle, 0, nil, nil) }
    let names = StagingDatabase.names(of: statement)
    let places = plan.result.map { column in Int32(names.firstIndex(of: column.name) ?? 0) }
    let record = names.firstIndex(of: SQLSpec.record).map { Int32($0) }
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: try give(statement, places, record, to: result)
      case SQLITE_DONE: return result
      case SQLITE_INTERRUPT: throw EngineError(.cancelled, stage: stage)
      default: throw failed(database.failure)
      }
    }
  }

  /// A query that goes on for ever can still be stopped.
  private func watch() {
    sqlite3_progress_handler(
      database.handle, 100_000,
      { context in
        guard let context else { return 0 }
        let cancellation = Unmanaged<RunCancellation>.fromOpaque(context).takeUnretainedValue()
        return cancellation.isCancelled ? 1 : 0
      }, Unmanaged.passUnretained(cancellation).toOpaque())
  }

  private func give(
    _ statement: OpaquePointer, _ places: [Int32], _ recordPlace: Int32?, to result: RowStore
  ) throws(EngineError) {
    given += 1
    let record = record(statement, recordPlace)
    let line = record >= 0 ? book?.records[Int(record)].place.line ?? 0 : 0
    var slots: [Int64?] = []
    var faults: [RecordFault] = []
    for (place, column) in zip(places, plan.result) {
      switch QueryValues.read(statement, place, as: column, keptIn: result) {
      case .slot(let slot): slots.append(slot)
      case .fault(let fault): faults.append(fault)
      }
    }
    guard faults.isEmpty else {
      let refusing = RowStore(columns: [], book: book)
      refusing.beginRow()
      refusing.finishRow(line: Int32(clamping: line), record: record)
      try refuse(refusing, 0, faults)
      refused += 1
      return
    }
    result.beginRow()
    for (place, slot) in slots.enumerated() { result.put(place, slot: slot) }
    result.finishRow(line: Int32(clamping: line), record: record)
  }

  /// The record that the query names for a row; -1 for none.
  private func record(_ statement: OpaquePointer, _ place: Int32?) -> Int32 {
    guard let place, let book, sqlite3_column_type(statement, place) == SQLITE_INTEGER else {
      return -1
    }
    let number = sqlite3_column_int64(statement, place)
    return book.records.indices.contains(Int(number)) ? Int32(number) : -1
  }

  private func failed(_ mistake: QueryMistake) -> EngineError {
    EngineError(.step(.query(mistake.what, place: plan.place)), stage: stage)
  }
}
