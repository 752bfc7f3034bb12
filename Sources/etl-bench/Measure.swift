// Runs a workload: once to warm up, then a few times for the clock, allocations counted.

import AllocationCount

/// What a workload took.
struct Measurement {
  let name: String
  let bytes: Int
  let units: Int
  let seconds: [Double]
  let copySeconds: Double
  let allocations: Int

  init(_ workload: Workload, rounds: Int) {
    let run = workload.prepare()
    let clock = ContinuousClock()
    let sum = run()
    var seconds: [Double] = []
    var allocations = Int.max
    for _ in 0..<rounds {
      let before = allocation_count()
      let start = clock.now
      let found = run()
      let duration = clock.now - start
      allocations = min(allocations, Int(allocation_count() - before))
      precondition(found == sum, "\(workload.name) is not repeatable")
      seconds.append(duration.seconds)
    }
    name = workload.name
    bytes = workload.bytes
    units = workload.units
    self.seconds = seconds.sorted()
    self.allocations = allocations
    copySeconds = Self.copySeconds(of: workload.bytes, rounds: rounds)
  }

  /// How long it takes to copy as many bytes, in pieces as large as a batch.
  private static func copySeconds(of bytes: Int, rounds: Int) -> Double {
    let piece = 256 << 10
    let source = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    let target = UnsafeMutableRawPointer.allocate(byteCount: piece, alignment: 64)
    defer {
      source.deallocate()
      target.deallocate()
    }
    source.initializeMemory(as: UInt8.self, repeating: 1, count: bytes)
    let clock = ContinuousClock()
    var best = Double.infinity
    for _ in 0..<rounds {
      let start = clock.now
      var offset = 0
      while offset < bytes {
        target.copyMemory(from: source + offset, byteCount: min(piece, bytes - offset))
        offset += piece
      }
      best = min(best, (clock.now - start).seconds)
    }
    return best
  }

  var best: Double { seconds.first ?? 0 }
  var median: Double { seconds[seconds.count / 2] }
  var worst: Double { seconds.last ?? 0 }
  /// How many times longer than copying the same bytes.
  var timesCopy: Double { best / copySeconds }

  static let heading =
    "workload                  best ms  median   worst    MB/s  M units/s  x copy  allocations"

  var line: String {
    pad(name, 24, left: true) + pad(best * 1e3, 9) + pad(median * 1e3, 8) + pad(worst * 1e3, 8)
      + pad(Double(bytes) / best / 1e6, 8) + pad(Double(units) / best / 1e6, 11)
      + pad(timesCopy, 8) + pad("\(allocations)", 13)
  }

  private func pad(_ number: Double, _ width: Int) -> String {
    let tenths = Int((number * 10).rounded())
    return pad("\(tenths / 10).\(tenths % 10)", width)
  }

  private func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, width - text.count))
    return left ? text + blanks : blanks + text
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
