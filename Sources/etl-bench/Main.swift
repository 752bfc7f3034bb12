// Measures the hot paths and compares them with their budgets.
//
// `etl-bench run [NAME]…` prints what it measured; `--check` measures quickly and exits with 1 if
// a budget that counts exactly is exceeded. Time only warns: machines differ.

import Glibc

@main
struct Main {
  static func main() {
    var arguments = Array(CommandLine.arguments.dropFirst())
    let isCheck = arguments.contains("--check")
    arguments.removeAll { $0 == "--check" || $0 == "run" }
    if let unknown = arguments.first(where: { $0.hasPrefix("-") }) {
      print("etl-bench: no option \(unknown); usage: etl-bench run [NAME]… [--check]")
      exit(3)
    }
    let chosen = Workload.all(records: isCheck ? 200_000 : 1_000_000).filter { workload in
      arguments.isEmpty || arguments.contains { workload.name.hasPrefix($0) }
    }
    if chosen.isEmpty {
      print("etl-bench: no workload \(arguments.joined(separator: ", "))")
      exit(3)
    }
    var isOver = false
    print(Measurement.heading)
    for workload in chosen {
      let measurement = Measurement(workload, rounds: isCheck ? 3 : 5)
      print(measurement.line)
      for finding in Budget.findings(measurement) {
        print("  \(finding.text)")
        isOver = isOver || finding.isFailure
      }
    }
    if isCheck, isOver { exit(1) }
  }
}
