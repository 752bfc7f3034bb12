// The history of runs, of all pipelines.

import Cells
import ETLKit

extension RunRow: ListRow {
  var rowID: RunID { id }
  var look: StateLook { StateLook(self) }
  var isProblem: Bool { look.isProblem }
  var loaded: Int { inserted + updated + unchanged }

  func facts(at now: Timestamp) -> [Fact] {
    var facts: [Fact] = [
      .number("run", Int(id)), .text("pipeline", pipeline), .text("state", look.word.rawValue),
      .text("kind", kind.rawValue), .number("read", read), .number("rejected", rejected),
      .number("rows", loaded),
    ]
    if let error { facts.append(.text("error", error)) }
    if let started { facts.append(.age(now.seconds(since: started))) }
    return facts
  }

  func seconds(at now: Timestamp) -> Double? {
    guard let started else { return nil }
    if let finished { return finished.seconds(since: started) }
    // A run nobody holds stopped at some time after its last sign of life.
    return (isOwned ? now : heartbeat ?? now).seconds(since: started)
  }
}

struct RunsState: ConsoleScreen {
  static let limit = 500

  var focus: PaneName = .runs
  var isZoomed = false
  var runs = Listing<RunRow>()

  var crumbs: [String] { ["runs"] }
  var focusable: [PaneName] { [.runs] }

  func questions() -> [Question] { [.runs(pipeline: nil, limit: Self.limit)] }

  mutating func take(_ question: Question, _ answer: Answer, at now: Timestamp) {
    guard question == .runs(pipeline: nil, limit: Self.limit), case .runs(let rows) = answer
    else { return }
    runs.replace(with: rows, at: now)
  }

  mutating func move(_ motion: Motion) -> MotionResult { runs.apply(motion) }

  var filter: Filter? { runs.filter }

  mutating func setFilter(_ filter: Filter, at now: Timestamp) {
    runs.setFilter(filter, at: now)
  }

  func facts(at now: Timestamp) -> [Fact] { runs.allFacts(at: now) }
  var hasMarks: Bool { !runs.marks.isEmpty || runs.rangeStart != nil }

  func panes(in body: CellRect) -> PaneLayout {
    var layout = PaneLayout()
    if body.columns >= 100 {
      let right = body.right(body.columns >= 140 ? 55 : 40)
      let left = body.dropRight(right.columns + 1)
      layout.dividers.append(
        CellRect(column: left.endColumn, row: body.row, columns: 1, rows: body.rows))
      layout.add(.runs, left)
      layout.add(.preview, right)
      return layout
    }
    let preview = body.rows >= 14 ? 6 : body.rows >= 8 ? 3 : 0
    layout.add(.runs, body.dropBottom(preview))
    layout.add(.preview, body.bottom(preview))
    return layout
  }

  mutating func settle(_ layout: PaneLayout) {
    runs.settle(in: layout.area(.runs), jumps: layout.isSplit)
  }
}
