// What was tried in a scenario and what came of it: rows of a table that anybody can follow.

import Foundation
import Testing

/// Counts the cases of a scenario.
struct FaultReport {
  private static let wanted = ProcessInfo.processInfo.environment["FAULTS"]
    .map { $0.split(separator: ",").map(String.init) }

  /// The scenarios that are asked for; all if none is.
  static let scenarios = FaultScenario.allCases.filter { scenario in
    wanted.map { $0.contains("all") || $0.contains(scenario.rawValue) } ?? true
  }

  /// Whether every call is tried.
  static func isWhole(_ scenario: FaultScenario) -> Bool { wanted != nil }

  private static let header: Void = write(
    """
    | scenario | fault | kinds | points | cases | tolerated | wrong | seconds |
    | --- | --- | --- | --- | --- | --- | --- | --- |

    """)

  let scenario: FaultScenario
  let what: String
  private var fault = ""
  private var kinds = 0, points = 0, cases = 0, tolerated = 0, wrong = 0
  /// How many cases the fault has so far that was begun last.
  private(set) var lastCases = 0
  private let start = ContinuousClock.now

  init(_ scenario: FaultScenario, _ what: String) {
    self.scenario = scenario
    self.what = what
  }

  /// A kind of fault is tried from now on.
  mutating func begin(_ fault: Fault) {
    self.fault = fault.name
    kinds += 1
    lastCases = 0
  }

  /// A case is over; `problem` is what is wrong after it.
  mutating func add(_ number: Int, isTolerated: Bool, _ problem: String?) {
    cases += 1
    lastCases += 1
    points = max(points, number)
    if isTolerated { tolerated += 1 }
    guard let problem else { return }
    wrong += 1
    if wrong <= 12 { Issue.record("\(scenario) \(fault), call \(number): \(problem)") }
  }

  /// Tells it, as a row at once: a process that is stopped has told what it did.
  func end() {
    guard Self.isWhole(scenario) else { return }
    Self.header
    let seconds = Int((ContinuousClock.now - start) / .seconds(1))
    Self.write(
      "| \(scenario) | \(what) | \(kinds) | \(points) | \(cases) | \(tolerated) | \(wrong) | \(seconds) |\n"
    )
  }

  private static func write(_ text: String) {
    FileHandle.standardOutput.write(Data(text.utf8))
  }
}
