// The graph of stages, in one or two lines of text, and as a tree down a list.

import Cells
import ETLKit

enum GraphLine {
  /// Stages by depth: those of one depth stand side by side, an arrow leads to the next.
  static func lines(_ stages: [StageRow], columns: Int, glyphs: Glyphs) -> [[Piece]] {
    var lines: [[Piece]] = []
    var line: [Piece] = []
    var width = 0
    for (place, level) in levels(stages).enumerated() {
      var pieces: [Piece] = place == 0 ? [] : [Piece("  →  ", .faint)]
      for (index, stage) in level.enumerated() {
        if index > 0 { pieces.append(Piece(" + ", .faint)) }
        let look = StateLook(stage.state)
        var text = "\(stage.name) \(look.sign(glyphs))"
        if stage.state == .running { text += " \(Figures.percent(stage.fraction))" }
        pieces.append(Piece(text, stage.state == .succeeded ? .text : look.ink))
      }
      let needed = pieces.reduce(0) { $0 + cellWidth(of: $1.text) }
      if !line.isEmpty, width + needed > columns {
        lines.append(line)
        line = []
        width = 0
      }
      line += pieces
      width += needed
    }
    if !line.isEmpty { lines.append(line) }
    return Array(lines.prefix(3))
  }

  /// Each stage one deeper than the deepest it reads from; they come in graph order.
  private static func levels(_ stages: [StageRow]) -> [[StageRow]] {
    var depths: [String: Int] = [:]
    var levels: [[StageRow]] = []
    for stage in stages {
      let depth = stage.inputs.compactMap { depths[$0] }.max().map { $0 + 1 } ?? 0
      depths[stage.name] = depth
      while levels.count <= depth { levels.append([]) }
      levels[depth].append(stage)
    }
    return levels.filter { !$0.isEmpty }
  }
}

enum StageTree {
  /// The tree line before a stage's name: roots stand at the left, the last closes the tree.
  static func prefix(_ stages: [StageRow], _ index: Int) -> String {
    guard stages.indices.contains(index), !stages[index].inputs.isEmpty else { return "" }
    return index == stages.count - 1 ? "└ " : "├ "
  }
}

extension StageRow {
  /// How full its bar is; done is full, and what has not begun is empty.
  var shownFraction: Double? {
    switch state {
    case .pending: 0
    case .succeeded, .reused: 1
    case .skipped: nil
    case .running, .failed: fraction
    }
  }
}
