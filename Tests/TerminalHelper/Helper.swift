// A small program on a terminal, for tests: shows each input it gets, one a row.
//
// q ends it, f presents many frames at once, ! is a mistake of its own.

import Cells
import Glibc
import Terminal

@main
struct Helper {
  static func main() {
    TerminalRestore.guardProcess()
    do {
      let reason = try TerminalScreen.run { screen in await session(screen) }
      print("bye: \(reason)")
    } catch {
      print("refused: \(error)")
      exit(3)
    }
  }

  private static func session(_ screen: TerminalScreen) async -> String {
    var size = screen.initialSize
    var lines: [String] = []
    for await input in screen.inputs() {
      switch input {
      case .resize(let new):
        size = new
        lines.append("size \(new.columns)x\(new.rows)")
      case .key(.character("q")): return "asked"
      case .key(.character("!")): fatalError("a mistake")
      case .key(.character("f")):
        for number in 0..<2_000 {
          await screen.present(frame(size, screen, Array(repeating: "flood \(number)", count: 50)))
        }
        lines.append("flooded")
      case .key(let key): lines.append("key \(key.fileName)")
      case .paste(let text): lines.append("paste \(text.count)")
      case .resumed: lines.append("resumed")
      case .hangup: return "hangup"
      case .terminate: return "terminate"
      }
      await screen.present(frame(size, screen, lines))
    }
    return "no more inputs"
  }

  private static func frame(
    _ size: CellSize, _ screen: TerminalScreen, _ lines: [String]
  ) -> CellGrid {
    var grid = CellGrid(size: size, glyphs: screen.glyphs)
    let inks: [Ink] = [.text, .ok, .failed, .running]
    let first = max(0, lines.count - max(size.rows - 1, 1))
    for (index, line) in lines.enumerated().dropFirst(first) {
      grid.write(
        "\(screen.glyphs.ok) \(line)", column: 0, row: index - first,
        style: CellStyle(inks[index % 4]))
      grid.cursor = CellPoint(column: 0, row: index - first)
    }
    return grid
  }
}
