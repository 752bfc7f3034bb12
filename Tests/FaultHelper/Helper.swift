// A process that does one thing and ends at the n-th call to the file system: killed, or without power.

import ETLKit
import FaultyVFS

/// `fault-helper FOLDER ACT STYLE NUMBER SEED CALLS`; number 0 ends nowhere and prints how many calls there were.
@main
enum Helper {
  static func main() async {
    let arguments = CommandLine.arguments
    guard arguments.count == 7, let act = FaultAct(rawValue: arguments[2]),
      let style = Int32(arguments[3]), let number = Int64(arguments[4]),
      let seed = UInt64(arguments[5]), let calls = Int32(arguments[6]), faulty_install() == 0
    else { return print("usage: fault-helper FOLDER ACT STYLE NUMBER SEED CALLS") }
    faulty_watch(arguments[1])
    var plan = faulty_plan(
      calls: calls, style: style, number: number, part: nil, lasts: 0, ballast: nil, seed: seed)
    faulty_arm(&plan)
    let outcome = await act.perform(in: arguments[1])
    print(faulty_disarm(), outcome.error ?? outcome.problem ?? "done")
  }
}
