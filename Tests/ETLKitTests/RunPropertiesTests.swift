// Laws that hold for every input: how a file is cut up, stopped, repeated or mended changes nothing.
//
// A failure prints its seed; `SEED=… swift test --filter RunProperties` plays it again.

import Foundation
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `Whatever the file, RunProperties:` {
  private static let cases = Int(ProcessInfo.processInfo.environment["CASES"] ?? "") ?? 8

  /// `forAll` for claims that wait.
  private func forAllRuns(
    seed: UInt64, _ claim: (inout SplitMix64) async throws -> String?
  ) async throws {
    let replayed = ProcessInfo.processInfo.environment["SEED"].flatMap(UInt64.init)
    let seeds =
      replayed.map { [$0] } ?? (0..<UInt64(Self.cases)).map { seed &* 1_000_003 &+ $0 }
    for seed in seeds {
      var random = SplitMix64(seed: seed)
      if let problem = try await claim(&random) {
        Issue.record("SEED=\(seed): \(problem)")
        return
      }
    }
  }

  @Test func `the size of batches and reads changes nothing`() async throws {
    try await forAllRuns(seed: 11) { random in
      let input = MadeInput(&random)
      let whole = try input.workspace()
      let plain = try await whole.run()
      let cut = try input.workspace()
      var options = RunOptions()
      options.batchCapacity = Int.random(in: 1...9, using: &random)
      options.readLimit = Int.random(in: 1...40, using: &random)
      let pieces = try await cut.run(options: options)
      return try difference(whole.outcome(), cut.outcome())
        ?? difference(plain.numbers.map(String.init), pieces.numbers.map(String.init))
    }
  }

  @Test func `a file in two parts is the file`() async throws {
    try await forAllRuns(seed: 12) { random in
      let input = MadeInput(&random)
      let whole = try input.workspace()
      let plain = try await whole.run()
      let place = Int.random(in: 0...input.records.count, using: &random)
      let parts = try TestWorkspace(
        [
          "pipelines/p.yaml": input.pipelineText(path: "in-*.csv"),
          "in-1.csv": input.file(0..<place), "in-2.csv": input.file(place..<input.records.count),
          "other.csv": input.side(),
        ], in: TestWorkspace.memory)
      let pieces = try await parts.run()
      if let error = pieces.error { return "\(error)" }
      return try difference(
        whole.outcome(withLines: false), parts.outcome(withLines: false))
        ?? difference(plain.numbers.map(String.init), pieces.numbers.map(String.init))
    }
  }

  @Test func `loading twice is loading once`() async throws {
    try await forAllRuns(seed: 13) { random in
      let input = MadeInput(&random)
      let test = try input.workspace()
      let first = try await test.run()
      let once = try test.outcome()
      let second = try await test.run(options: RunOptions(isForced: true))
      guard second.inserted == 0, second.read == first.read else {
        return "inserted \(second.inserted), read \(second.read) for \(first.read)"
      }
      return try difference(once, test.outcome())
    }
  }

  @Test func `a run stopped at any batch and resumed is a run`() async throws {
    try await forAllRuns(seed: 14) { random in
      let before = MadeInput(&random)
      var input = MadeInput(&random)
      (input.step, input.isLookup, input.mode) = (before.step, before.isLookup, before.mode)
      func prepared() async throws -> TestWorkspace {
        let test = try before.workspace()
        try await test.run()
        try test.write("in.csv", input.file())
        try test.write("other.csv", input.side())
        return test
      }
      let calm = try await prepared()
      try await calm.run()
      let wanted = try calm.outcome()
      var options = RunOptions()
      options.batchCapacity = 5
      var moment = 0
      while true {
        moment += Int.random(in: 1...9, using: &random)
        let test = try await prepared()
        let untouched = try test.outcome()
        let stopped = try await test.run(
          options: options, cancellation: RunCancellation(atQuestion: moment))
        if stopped.state == .cancelled {
          if let change = difference(untouched, try test.outcome()) {
            return "stopped at \(moment) it left: \(change)"
          }
        } else if let error = stopped.error {
          return "stopped at \(moment): \(error.what)"
        }
        try await test.run()
        if let change = difference(wanted, try test.outcome()) {
          return "stopped at \(moment): \(change)"
        }
        if stopped.state != .cancelled { return nil }
      }
    }
  }

  @Test func `mending every bad record is loading a good file`() async throws {
    try await forAllRuns(seed: 15) { random in
      var input = MadeInput(&random, mayRepeat: false)
      // What was inserted with a value missing stays so.
      if input.mode == "insert_only" { input.mode = "upsert" }
      let good = try input.workspace(isMended: true, isWhole: true)
      try await good.run()
      let test = try input.workspace()
      try await test.run()
      let byBadText = Dictionary(
        input.records.compactMap { record in record.bad.map { ($0, record.good) } },
        uniquingKeysWith: { first, _ in first })
      let state = try StateFile.open(test.workspace)
      for entry in try state.openRejects(pipeline: "p") {
        let raw = String(decoding: entry.raw, as: UTF8.self)
        guard let mended = byBadText[raw] else { continue }
        try state.edit(entry.id, raw: Array(mended.utf8), by: "tester")
      }
      // Some are tried alone first, and the other side is mended after that.
      if Bool.random(using: &random) { try await test.run() }
      try test.write("other.csv", input.side(isWhole: true))
      try await test.run()
      let open = """
        SELECT c.code, CAST(r.raw AS TEXT) FROM reject r JOIN reason c ON c.id=r.reason_id
        WHERE r.state='waiting' ORDER BY 1, 2
        """
      let left = try test.query(open, in: ".etl/state.db")
      let wanted = try good.query(open, in: ".etl/state.db")
      return try difference(good.rows(onlyCurrent: true), test.rows(onlyCurrent: true))
        ?? (left.count == wanted.count
          ? nil : "\(left) still wait, \(wanted) should")
    }
  }
}
