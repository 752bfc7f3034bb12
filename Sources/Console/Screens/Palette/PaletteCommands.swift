// The keys of the palette: typing narrows, Enter does it, ^y copies it as a shell command.

import Cells
import ETLKit

extension ConsoleState {
  mutating func take(_ key: Key, _ palette: PaletteState) -> [Effect] {
    var palette = palette
    let entries = palette.entries(self)
    switch key {
    case .escape:
      overlay = nil
      return []
    case .backspace where palette.field.isEmpty:
      overlay = nil
      return []
    case .down, .control("n"): palette.index = min(palette.index + 1, max(0, entries.count - 1))
    case .up, .control("p"): palette.index = max(0, palette.index - 1)
    case .tab:
      if entries.indices.contains(palette.index) {
        palette.field = TextField(entries[palette.index].name)
        palette.index = 0
      }
    case .control("y"):
      guard entries.indices.contains(palette.index) else { return [] }
      overlay = nil
      guard let shell = shellForm(entries[palette.index].act) else {
        refuse("\(entries[palette.index].name) has no shell command")
        return []
      }
      return [.copy(shell)]
    case .enter:
      guard entries.indices.contains(palette.index) else { return [] }
      overlay = nil
      return perform(entries[palette.index].act)
    default:
      guard palette.field.take(key) else { return [] }
      palette.index = 0
    }
    overlay = .palette(palette)
    return []
  }

  private mutating func perform(_ act: PaletteState.Act) -> [Effect] {
    switch act {
    case .command(let name):
      guard let command = Commands.all(on: screen).first(where: { $0.name == name }) else {
        return []
      }
      return perform(command)
    case .openRun(let id):
      openRun(id)
      return []
    case .run(let pipeline):
      if let row = overview.pipelines.rows.first(where: { $0.name == pipeline }) {
        if let problem = row.problem {
          refuse("\(pipeline) cannot run: \(problem)")
          return []
        }
        if row.look.isMoving {
          refuse("\(pipeline) is running already")
          return []
        }
      }
      return [.run(pipeline: pipeline)]
    }
  }

  /// The same act as a subcommand.
  func shellForm(_ act: PaletteState.Act) -> String? {
    switch act {
    case .command(let name):
      Commands.all(on: screen).first { $0.name == name }?.shell(self)
    case .openRun(let id): "etl-tui runs show \(id)"
    case .run(let pipeline): "etl-tui run \(pipeline)"
    }
  }
}
