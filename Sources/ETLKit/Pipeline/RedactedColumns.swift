// Where redacted values go: the columns of every stage that hold one, or something made of one.

import Records

/// The columns of each stage that must not be shown.
struct RedactedColumns: Sendable {
  /// By stage; a table of the destination is the stage of its load.
  private(set) var byStage: [String: Set<String>] = [:]
  /// What a fault at a stage may name: its own columns and those of the stages it reads.
  private var around: [String: Set<String>] = [:]
  /// Whether a table of the destination gets something that must not be shown.
  private(set) var isAnythingLoaded = false

  init(_ pipeline: Pipeline) {
    for source in pipeline.sources where !source.redacted.isEmpty {
      byStage[source.name.value] = Set(source.redacted.map(\.value))
    }
    around = byStage
    guard !byStage.isEmpty else { return }
    // Steps stand in any order: each round reaches at least one stage further.
    for _ in pipeline.steps {
      let before = byStage
      for step in pipeline.steps { byStage[step.name.value] = names(of: step.kind) }
      if byStage == before { break }
    }
    for load in pipeline.loads {
      let stage = pipeline.stage(of: load)
      byStage[stage] = self[load.from.value]
      isAnythingLoaded = isAnythingLoaded || !self[stage].isEmpty
    }
    around = byStage
    for step in pipeline.steps {
      for input in step.inputs { around[step.name.value, default: []].formUnion(self[input.value]) }
    }
  }

  /// Whether one of some columns, as a fault at a stage names them, must not be shown.
  func hides(_ columns: [String], at stage: String) -> Bool {
    guard let hidden = around[stage] else { return false }
    return columns.contains(where: hidden.contains)
  }

  /// Whether anything at a stage must not be shown.
  func hidesAnything(at stage: String) -> Bool { around[stage]?.isEmpty == false }

  private subscript(stage: String) -> Set<String> { byStage[stage] ?? [] }

  /// The columns that a step gives.
  private func names(of kind: StepSpec.Kind) -> Set<String> {
    switch kind {
    case .filter(let from, _): return self[from.value]
    case .dedupe(let dedupe): return self[dedupe.from.value]
    case .select(let from, let columns): return renamed(columns, from.value)
    case .map(let from, let set):
      var hidden = self[from.value]
      for column in set {
        if isMade(column, of: hidden) {
          hidden.insert(column.name.value)
        } else {
          hidden.remove(column.name.value)
        }
      }
      return hidden
    case .join(let join): return self[join.left.value].union(self[join.right.value])
    case .lookup(let lookup):
      return self[lookup.from.value].union(renamed(lookup.add, lookup.side.value))
    case .union(let inputs):
      return inputs.reduce(into: []) { $0.formUnion(self[$1.value]) }
    case .aggregate(let from, let by, let set):
      let hidden = self[from.value]
      return hidden.intersection(by.map(\.value))
        .union(set.filter { isMade($0, of: hidden) }.map(\.name.value))
    case .unpivot(let unpivot):
      let hidden = self[unpivot.from.value]
      let columns = Set(unpivot.columns.map(\.value))
      return hidden.subtracting(columns)
        .union(hidden.isDisjoint(with: columns) ? [] : [unpivot.value.value])
    case .pivot(let pivot):
      let hidden = self[pivot.from.value]
      let isHidden = hidden.contains(pivot.value.value) || hidden.contains(pivot.name.value)
      return hidden.intersection(pivot.by.map(\.value))
        .union(isHidden ? pivot.columns.map(\.name.value) : [])
    case .sql(let sql):
      // SQLite does not say what its columns are made of.
      return sql.from.allSatisfy { self[$0.value].isEmpty }
        ? [] : Set(sql.columns.map(\.name.value))
    }
  }

  private func renamed(_ columns: [SelectedColumn], _ from: String) -> Set<String> {
    Set(columns.filter { self[from].contains($0.from.value) }.map(\.name.value))
  }

  private func isMade(_ column: ColumnExpression, of hidden: Set<String>) -> Bool {
    guard let tree = try? ExpressionTree.parse(column.expression.value) else { return true }
    return tree.columnNames.contains(where: hidden.contains)
  }
}
