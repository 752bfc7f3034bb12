// The promise: whatever fails and whenever, a plain rerun loses nothing and repeats nothing.
//
// A subset by default; `FAULTS=all swift test --filter 'A fault'` tries every call and prints a table;
// the name of a scenario does so for that one.

import FaultyVFS
import Foundation
import TestSupport
import Testing

@testable import ETLKit

@Suite(.serialized) struct `A fault` {
  private static let wanted = ProcessInfo.processInfo.environment["FAULTS"]

  private func isWhole(_ scenario: FaultScenario) -> Bool {
    Self.wanted == "all" || Self.wanted == scenario.rawValue
  }

  /// Every call; or by default a few calls, others each time the code before them changes.
  private func numbers(_ scenario: FaultScenario, _ fault: Fault) -> (first: Int, step: Int) {
    guard !isWhole(scenario) else { return (1, 1) }
    // Few calls, and the commit is one of them.
    if fault.part == "/out.db" { return (1, 2) }
    let salt = (scenario.rawValue + fault.name).utf8.reduce(0) { ($0 &* 31 &+ Int($1)) % 97 }
    return (1 + salt % 31, 67 + salt % 5)
  }

  @Test(arguments: FaultScenario.allCases)
  func `at any call to the file system is made good by a rerun`(
    scenario: FaultScenario
  ) async throws {
    let bench = try await FaultBench(scenario)
    #expect(bench.rows > 0)
    for fault in Fault.survived {
      var (number, step) = numbers(scenario, fault)
      if fault.calls == FAULTY_READ, !isWhole(scenario) { step *= 3 }
      var (cases, tolerated, wrong) = (0, 0, 0)
      while true {
        try bench.restore()
        fault.arm(in: bench.test.folder, number: number)
        let told = await bench.told()
        try bench.close()
        faulty_disarm()
        guard faulty_strikes() > 0 else {
          #expect(told.error == nil, "\(scenario) \(fault.name): untouched, but \(told)")
          break
        }
        cases += 1
        if told.error == nil { tolerated += 1 }
        let problem = try await bench.verdict(after: told.error)
        if let problem = told.problem ?? problem {
          wrong += 1
          if wrong <= 3 { Issue.record("\(scenario) \(fault.name), call \(number): \(problem)") }
        }
        number += step
      }
      report(scenario, fault, cases, tolerated, wrong)
    }
  }

  /// Single steps of the machine's own death, with the locks that only a real process loses.
  @Test(arguments: FaultScenario.allCases)
  func `that ends the process is made good by the next one`(scenario: FaultScenario) async throws {
    let bench = try await FaultBench(scenario)
    for (place, fault) in Fault.fatal.enumerated() {
      var (number, step) = numbers(scenario, fault)
      var (cases, wrong) = (0, 0)
      while true {
        try bench.restore()
        let seed = fault.isPartial ? number * 31 + place : 0
        guard try bench.runHelper(style: fault.style, number: number, seed: seed) else { break }
        cases += 1
        // Whole matrix: the process that recovers ends, too, a few calls later.
        let second = isWhole(scenario) ? (number * 7 + place) % 90 : 0
        if second > 0 {
          _ = try bench.runHelper(style: fault.style, number: second, seed: seed)
        }
        if let problem = try await bench.verdict(after: nil) {
          wrong += 1
          if wrong <= 3 {
            Issue.record("\(scenario) \(fault.name), call \(number), then \(second): \(problem)")
          }
        }
        number += step
      }
      report(scenario, fault, cases, 0, wrong)
    }
  }

  func report(
    _ scenario: FaultScenario, _ fault: Fault, _ cases: Int, _ tolerated: Int, _ wrong: Int
  ) {
    guard isWhole(scenario) else { return }
    print("| \(scenario) | \(fault.name) | \(cases) | \(tolerated) | \(wrong) |")
  }
}

extension FaultBench {
  /// What a run under a fault tells.
  struct Told {
    /// Its error, if it had one.
    var error: String?
    /// What is wrong with what it tells.
    var problem: String?
  }

  /// Runs in a process of its own; gives whether that was ended.
  func runHelper(
    style: Int, number: Int, seed: Int, calls: Int = FAULTY_CHANGES
  ) throws -> Bool {
    let helper = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: helper).deletingLastPathComponent()
      .appendingPathComponent("fault-helper")
    process.arguments = [test.folder, "p", "\(style)", "\(number)", "\(seed)", "\(calls)"]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 137
  }

  func told() async -> Told {
    do throws(EngineError) {
      let run = try PipelineRun(
        try test.workspace.pipeline(named: "p"), in: test.workspace)
      let summary = try await run.run()
      guard let error = summary.error else {
        let isFine = [.succeeded, .partial].contains(summary.state)
        return Told(problem: isFine ? nil : "it was \(summary.state) without an error")
      }
      return Told(
        error: error.code + ": " + error.what,
        problem: summary.state == .failed ? nil : "it was \(summary.state) with an error")
    } catch {
      let isClear = ["load.", "state."].contains { error.code.hasPrefix($0) }
      return Told(error: "\(error)", problem: isClear ? nil : "unclear: \(error)")
    }
  }
}
