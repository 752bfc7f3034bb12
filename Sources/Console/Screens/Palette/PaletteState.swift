// The command palette: commands, pipelines and runs by name, in one list.

import Cells
import ETLKit

struct PaletteState: Hashable, Sendable {
  enum Act: Hashable, Sendable {
    /// A command of the screen in front.
    case command(String)
    case openRun(RunID)
    case run(pipeline: String)
  }

  struct Entry: Hashable, Sendable {
    let name: String
    let help: String
    let key: Key?
    let act: Act
  }

  var field = TextField()
  var index = 0

  func entries(_ state: ConsoleState) -> [Entry] {
    var entries = Commands.all(on: state.screen).filter { $0.name != "command" }.map { command in
      Entry(
        name: command.name, help: command.help, key: command.keys.first, act: .command(command.name)
      )
    }
    for row in state.overview.pipelines.rows {
      entries.append(
        Entry(
          name: "run \(row.name)", help: row.summary ?? "Starts a run of \(row.name).", key: nil,
          act: .run(pipeline: row.name)))
      if let run = row.run {
        entries.append(
          Entry(
            name: "open \(row.name)", help: "Opens run \(run.id) of \(row.name).", key: nil,
            act: .openRun(run.id)))
      }
    }
    let typed = field.text.lowercased()
    if let number = Int64(typed.trimmingBlanks), number > 0 {
      entries.insert(
        Entry(
          name: "open run \(number)", help: "Opens the run of that number.", key: nil,
          act: .openRun(number)), at: 0)
      return [entries[0]] + ranked(Array(entries.dropFirst()), typed)
    }
    return ranked(entries, typed)
  }

  /// Letters in order are enough; whole words at the start come first.
  private func ranked(_ entries: [Entry], _ typed: String) -> [Entry] {
    let letters = Array(typed.filter { $0 != " " })
    guard !letters.isEmpty else { return entries }
    let scored = entries.enumerated().compactMap { place, entry -> (Int, Int, Entry)? in
      let name = entry.name.lowercased()
      if name.hasPrefix(typed) { return (0, place, entry) }
      if name.split(separator: " ").contains(where: { $0.hasPrefix(typed) }) {
        return (1, place, entry)
      }
      if name.contains(typed) { return (2, place, entry) }
      var rest = letters[...]
      for letter in name where letter == rest.first { rest = rest.dropFirst() }
      return rest.isEmpty ? (3, place, entry) : nil
    }
    return scored.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
  }
}

extension String {
  var trimmingBlanks: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
