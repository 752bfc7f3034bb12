// The moments at which files get their names: blobs, and a database that is new. Every such call is
// tried, in every way, and the run that follows makes it good.

import FaultyVFS
import Foundation
import TestSupport
import Testing

@testable import ETLKit

extension `A fault` {
  /// The ways in which a rename, or the sync that makes it last, fails.
  private static let places: [Fault] = [
    ("rename", FAULTY_RENAME), ("folder sync", FAULTY_SYNC_FOLDER), ("file sync", FAULTY_SYNC_FILE),
  ].flatMap { name, calls in
    [
      Fault(name: "\(name): error once", style: FAULTY_ERROR, calls: calls),
      Fault(name: "\(name): error for ever", style: FAULTY_ERROR, calls: calls, lasts: true),
      Fault(name: "\(name): full once", style: FAULTY_FULL, calls: calls),
      Fault(name: "\(name): done, but an error", style: FAULTY_LATE, calls: calls),
      Fault(name: "\(name): done, then errors", style: FAULTY_LATE, calls: calls, lasts: true),
    ]
  }

  @Test(arguments: [FaultScenario.first, .update, .append])
  func `where a file gets its name is made good by a rerun`(scenario: FaultScenario) async throws {
    let bench = try await FaultBench(scenario)
    for fault in Self.places {
      var (cases, tolerated, wrong) = (0, 0, 0)
      for number in 1... {
        try bench.restore()
        fault.arm(in: bench.test.folder, number: number)
        let summary = try? await bench.test.run()
        try bench.close()
        faulty_disarm()
        guard faulty_strikes() > 0 else { break }
        cases += 1
        let told = summary?.error.map { "\($0.code): \($0.what)" }
        if told == nil, summary != nil { tolerated += 1 }
        if let problem = try await bench.verdict(after: told) {
          wrong += 1
          if wrong <= 3 { Issue.record("\(scenario) \(fault.name), call \(number): \(problem)") }
        }
      }
      // The blobs of both sources, at least.
      #expect(cases >= 2, "\(scenario) \(fault.name)")
      report(scenario, fault, cases, tolerated, wrong)
    }
  }

  @Test(arguments: [FaultScenario.first, .update])
  func `that ends the process where a file gets its name is made good`(
    scenario: FaultScenario
  ) async throws {
    let bench = try await FaultBench(scenario)
    for (name, style, seed) in [
      ("killed", FAULTY_KILL, 0), ("power lost", FAULTY_POWER, 0),
      ("power lost, in parts", FAULTY_POWER, 7),
    ] {
      let fault = Fault(name: "\(name) at a name", style: style, calls: FAULTY_PLACES)
      var (cases, wrong) = (0, 0)
      for number in 1... {
        try bench.restore()
        guard
          try bench.runHelper(style: style, number: number, seed: seed, calls: FAULTY_PLACES)
        else { break }
        cases += 1
        if let problem = try await bench.verdict(after: nil) {
          wrong += 1
          if wrong <= 3 { Issue.record("\(scenario) \(fault.name), call \(number): \(problem)") }
        }
      }
      #expect(cases >= 6, "\(scenario) \(fault.name)")
      report(scenario, fault, cases, 0, wrong)
    }
  }
}
