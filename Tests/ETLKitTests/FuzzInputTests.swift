// Inputs that the fuzzer begins with, and those that were once a problem: no reader stumbles over any.

import Foundation
import FuzzTargets
import TestSupport
import Testing

@Suite struct `A reader of any bytes` {
  static let inputs: [(target: FuzzTarget, path: String)] = FuzzTarget.allCases.flatMap { target in
    let more =
      switch target {
      case .csv: ["csv", "cases"]
      case .json: ["jsonl", "cases"]
      case .pipeline: ["pipelines", "mistakes/pipelines"]
      case .expression, .date: [String]()
      }
    return (["fuzz/\(target.rawValue)"] + more).flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: Fixtures.url(folder).path)) ?? [])
        .sorted().map { (target, "\(folder)/\($0)") }
    }
  }

  @Test(arguments: inputs)
  func `stumbles over nothing`(target: FuzzTarget, path: String) throws {
    let input = try Data(contentsOf: Fixtures.url(path))
    // Larger files are read by the tests of whole runs.
    guard input.count < 1 << 16 else { return }
    #expect(target.problem(with: Array(input)) == nil)
  }

  @Test func `has inputs to be tried with`() {
    for target in FuzzTarget.allCases {
      #expect(Self.inputs.contains { $0.target == target })
    }
  }
}
