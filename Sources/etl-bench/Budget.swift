// What each workload may cost. Allocations are exact and the same on every machine; time is counted
// in copies of the same bytes in the same process, and only warns.

/// The budget of one workload.
struct Budget {
  /// The most allocations of a whole run, after warming up.
  var allocations: Int
  /// The most time, in copies of the input.
  var timesCopy: Double

  static let table: [String: Budget] = [
    "scan.plain": Budget(allocations: 0, timesCopy: 40),
    "scan.quoted": Budget(allocations: 0, timesCopy: 40),
    "type.plain": Budget(allocations: 0, timesCopy: 90),
    "type.quoted": Budget(allocations: 0, timesCopy: 90),
    "chart.build": Budget(allocations: 20, timesCopy: 200),
    "chart.line": Budget(allocations: 800, timesCopy: 15),
    "chart.bar": Budget(allocations: 150, timesCopy: 60),
    "chart.histogram": Budget(allocations: 250, timesCopy: 500),
    "chart.six": Budget(allocations: 2_000, timesCopy: 1_200),
    // Two seconds where a copy of these bytes takes 50 µs; SQLite and the copied workspace allocate.
    "queue.redrive": Budget(allocations: 4_000_000, timesCopy: 40_000),
    "type.json": Budget(allocations: 0, timesCopy: 200),
  ]

  struct Finding {
    var text: String
    var isFailure: Bool
  }

  static func findings(_ measurement: Measurement) -> [Finding] {
    guard let budget = table[measurement.name] else {
      return [Finding(text: "no budget for \(measurement.name)", isFailure: true)]
    }
    var findings: [Finding] = []
    if measurement.allocations > budget.allocations {
      findings.append(
        Finding(
          text:
            "over budget: \(measurement.allocations) allocations, \(budget.allocations) allowed",
          isFailure: true))
    }
    if measurement.timesCopy > budget.timesCopy * 1.5 {
      findings.append(
        Finding(text: "slow: more than 1.5 × \(budget.timesCopy) copies", isFailure: false))
    }
    return findings
  }
}
