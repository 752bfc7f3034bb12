// What a trial found, in lines: which stages a record passes, and which row would change.

import Cells
import ETLKit

enum TrialLines {
  static func all(_ trial: RecordTrial, glyphs: Glyphs, columns: Int) -> [[Piece]] {
    var lines: [[Piece]] = []
    if !trial.stages.isEmpty {
      lines.append(
        trial.stages.flatMap { stage -> [Piece] in
          switch stage.passes {
          case true?: [Piece("\(stage.name) "), Piece("\(glyphs.ok)   ", .ok)]
          case false?: [Piece("\(stage.name) "), Piece("\(glyphs.failed)   ", .failed)]
          case nil: [Piece("\(stage.name) \(glyphs.skipped)   ", .faint)]
          }
        })
    }
    func say(_ text: String, _ ink: Ink) {
      lines += TextFlow.wrap(text, columns: columns).map { [Piece($0, ink)] }
    }
    if let problem = trial.problem { say("it could not be tried: \(problem.what)", .warn) }
    switch trial.fates.first?.value {
    case .rejected(let stage, let faults)?:
      for fault in faults { say("\(stage): \(fault)", .invalid) }
    case .leftOut(let why)?: say("would be \(why)", .warn)
    case .loaded?:
      if trial.rows.isEmpty, trial.problem == nil {
        say("would be loaded together with the records it is gathered with", .muted)
      }
    case nil: break
    }
    for row in trial.rows { lines.append(self.row(row)) }
    return lines
  }

  private static func row(_ row: RecordTrial.Row) -> [Piece] {
    let table = row.table
    var pieces: [Piece]
    switch row.change {
    case .insert: pieces = [Piece("+ \(table)  ", .added)]
    case .update: pieces = [Piece("~ \(table)  ", .changed)]
    case .unchanged: return [Piece("= \(table)  the row is as it would be", .muted)]
    }
    for value in row.values {
      let after = value.after ?? "null"
      if row.change == .update, value.before != value.after {
        pieces += [
          Piece("\(value.column) ", .muted), Piece(value.before ?? "null", .removed),
          Piece(" → ", .muted), Piece("\(after)  ", .added),
        ]
      } else {
        pieces += [Piece("\(value.column) ", .muted), Piece("\(after)  ")]
      }
    }
    return pieces
  }
}
