// Steps that need all rows before they can give any, and the plainest of them.

/// A step at work that takes rows batch by batch and then gives rows.
protocol GatheringStep: AnyObject {
  /// Takes the selected rows of a batch.
  func take(_ parcel: Parcel, from source: RootSource) throws(EngineError)
  /// What it gives, when all rows are in.
  func finish() throws(EngineError) -> RowStore
}

/// Keeps rows as they are.
final class Collector: GatheringStep {
  private let store: RowStore
  private let columns: [PlanColumn]

  /// `columns`: where the values lie in the batches that it takes.
  init(_ store: RowStore, columns: [PlanColumn]) {
    self.store = store
    self.columns = columns
  }

  func take(_ parcel: Parcel, from source: RootSource) {
    store.append(parcel, columns: columns, from: source)
  }
  func finish() -> RowStore { store }
}
