// The promise: whatever fails and whenever, doing it again loses nothing and repeats nothing.
//
// A subset by default. `FAULTS=all swift test --filter 'A fault'` tries every call and prints a row of a
// table as each scenario ends; `FAULTS=update,append` does so for these scenarios.

import FaultyVFS
import Foundation
import TestSupport
import Testing

@testable import ETLKit
@testable import fault_helper

@Suite(.serialized) struct `A fault` {
  /// Every call; or by default a few calls, others each time the code before them changes.
  private func numbers(_ scenario: FaultScenario, _ fault: Fault) -> (first: Int, step: Int) {
    guard !FaultReport.isWhole(scenario) else { return (1, 1) }
    // Few calls, and the commit is one of them.
    if fault.part == "/out.db" { return (1, 2) }
    let salt = (scenario.rawValue + fault.name).utf8.reduce(0) { ($0 &* 31 &+ Int($1)) % 97 }
    let step = fault.calls == FAULTY_READ ? 200 : 67
    return (1 + salt % 31, step + salt % 5)
  }

  @Test(arguments: FaultReport.scenarios)
  func `at any call to the file system is made good by a rerun`(
    scenario: FaultScenario
  ) async throws {
    let bench = try await FaultBench(scenario)
    if scenario.act == .run { #expect(bench.rows > 0) }
    var report = FaultReport(scenario, "an error")
    for fault in Fault.survived {
      let (first, step) = numbers(scenario, fault)
      try await bench.survive(fault, from: first, step: step, &report)
    }
    report.end()
  }

  /// Blobs, exports and new databases get their names; all of these calls are tried.
  @Test(arguments: FaultReport.scenarios.filter { $0.places > 0 })
  func `where a file gets its name is made good by a rerun`(scenario: FaultScenario) async throws {
    let bench = try await FaultBench(scenario)
    var report = FaultReport(scenario, "an error at a file")
    for fault in Fault.places {
      try await bench.survive(fault, from: 1, step: 1, &report)
      #expect(report.lastCases >= scenario.places, "\(scenario) \(fault.name)")
    }
    report.end()
  }

  /// Single steps of the machine's own death, with the locks that only a real process loses.
  @Test(arguments: FaultReport.scenarios)
  func `that ends the process is made good by the next one`(scenario: FaultScenario) async throws {
    let bench = try await FaultBench(scenario)
    var report = FaultReport(scenario, "a death")
    for (place, fault) in Fault.fatal.enumerated() {
      let (first, step) = numbers(scenario, fault)
      try await bench.die(of: fault, from: first, step: step, &report) { number in
        // Whole matrix: the process that recovers ends, too, a few calls later.
        FaultReport.isWhole(scenario) ? (number * 7 + place) % 90 : 0
      }
    }
    report.end()
  }

  @Test(arguments: FaultReport.scenarios.filter { $0.places > 0 })
  func `that ends the process where a file gets its name is made good`(
    scenario: FaultScenario
  ) async throws {
    let bench = try await FaultBench(scenario)
    var report = FaultReport(scenario, "a death at a file")
    for fault in Fault.fatalPlaces {
      try await bench.die(of: fault, from: 1, step: 1, &report) { _ in 0 }
      #expect(report.lastCases >= scenario.places, "\(scenario) \(fault.name)")
    }
    report.end()
  }
}

extension FaultBench {
  /// Tries a fault that the process survives at every call from one on.
  func survive(
    _ fault: Fault, from first: Int, step: Int, _ report: inout FaultReport
  ) async throws {
    report.begin(fault)
    for number in stride(from: first, to: .max, by: step) {
      try restore()
      fault.arm(in: test.folder, number: number)
      let told = await scenario.act.perform(in: test.folder)
      try close()
      faulty_disarm()
      guard faulty_strikes() > 0 else {
        #expect(told.error == nil, "\(scenario) \(fault.name): untouched, but \(told)")
        break
      }
      let problem = try await verdict(after: told.error)
      report.add(number, isTolerated: told.error == nil, told.problem ?? problem)
    }
  }

  /// Tries a fault that ends the process at every call from one on.
  func die(
    of fault: Fault, from first: Int, step: Int, _ report: inout FaultReport,
    again: (_ number: Int) -> Int
  ) async throws {
    report.begin(fault)
    for number in stride(from: first, to: .max, by: step) {
      try restore()
      let seed = fault.isPartial ? number * 31 + 7 : 0
      guard try runHelper(fault, number: number, seed: seed) else { break }
      let second = again(number)
      if second > 0 { _ = try runHelper(fault, number: second, seed: seed) }
      report.add(number, isTolerated: false, try await verdict(after: nil))
    }
  }

  /// Acts in a process of its own; gives whether that was ended.
  private func runHelper(_ fault: Fault, number: Int, seed: Int) throws -> Bool {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: own).deletingLastPathComponent()
      .appendingPathComponent("fault-helper")
    process.arguments = [
      test.folder, scenario.act.rawValue, "\(fault.style)", "\(number)", "\(seed)",
      "\(fault.calls)",
    ]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 137
  }
}
