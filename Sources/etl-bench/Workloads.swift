// The list of workloads. To add one (load, frame, chart, diff), write a file like
// RecordWorkloads.swift, add its list here and its budgets to `Budget.table`.

/// Something to measure.
struct Workload {
  let name: String
  /// Bytes that go through it.
  let bytes: Int
  /// What is counted: records, rows, cells.
  let units: Int
  /// Makes everything that is needed once and returns what is measured; its result must repeat.
  let prepare: () -> () -> Int

  static func all(records: Int) -> [Workload] {
    recordWorkloads(records: records) + chartWorkloads(points: records)
      + queueWorkloads(records: 10_000)
  }
}
