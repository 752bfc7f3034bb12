// `etl-tui doctor`: whether a workspace is sound, and what to do where it is not.

import ArgumentParser
import ETLKit
import Foundation

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look at a workspace's health, and say what to do.",
    discussion: """
      Checks pipelines, state file, databases, logs, fetched files, leftovers of
      dead runs, room and rights. Changes nothing; each finding says what to type.

      Exit codes: 0 nothing has to be done, 1 something has to be done.
      """)

  @Flag(help: "Compare every index with its table; takes longer.")
  var thorough = false

  @OptionGroup var list: ListOptions
  @OptionGroup var options: WorkspaceOptions

  func run() throws {
    let findings = Doctor(try options.existing(), thorough: thorough).examine()
    for finding in findings {
      if list.json {
        Output.write(EventJSON.line(object(finding)))
      } else {
        lines(finding).forEach(Output.write)
      }
    }
    let count = findings.count { $0.needsAction }
    if !list.json {
      Output.write(
        count == 0
          ? "etl-tui \(Changelog.version): nothing has to be done"
          : "etl-tui \(Changelog.version): \(count) of \(findings.count) findings need you")
    }
    if count > 0 { throw ExitCode(1) }
  }

  private func lines(_ finding: HealthFinding) -> [String] {
    let word = finding.severity.rawValue
    let head = word + String(repeating: " ", count: 7 - word.count) + Shown.text(finding.what)
    guard finding.severity != .ok else { return [head] }
    var lines = [head + (finding.needsAction ? " (\(finding.code))" : "")]
    if let place = finding.place { lines.append("         in \(Shown.text(place))") }
    if let fix = finding.fix { lines.append("         fix: \(Shown.text(fix))") }
    return lines
  }

  private func object(_ finding: HealthFinding) -> [String: Any] {
    [
      "severity": finding.severity.rawValue, "code": finding.code, "what": finding.what,
      "place": finding.place ?? "", "fix": finding.fix ?? "",
    ]
  }
}
