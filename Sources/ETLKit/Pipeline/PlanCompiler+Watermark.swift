// Where a watermark may stand: only where records that are left out change no other row.

import Records

extension PlanCompiler {
  /// Tells watermarks under which a load would give other rows than the whole source gives.
  mutating func checkWatermarks() {
    let path = plan.loadedPath
    let ends = pipeline.loads.map { (load: $0, sources: plan.rootSources(of: $0.from.value)) }
    for source in pipeline.sources {
      guard let mark = source.watermark,
        plan.stages.contains(where: { $0.name == source.name.value })
      else { continue }
      let name = source.name.value
      func refuse(_ code: String, _ what: String) {
        report(
          code, what, at: mark.column.mark,
          suggestion: "without older records the result would be another; remove the watermark")
      }
      let fed = ends.filter { $0.sources.contains(name) }.map(\.load)
      if fed.contains(where: { $0.mode == .replace }) {
        refuse(
          "watermark.replace", "mode replace would keep only the records newer than the mark")
      }
      if fed.contains(where: { $0.onVanish != .keep }) {
        refuse("watermark.vanish", "on_vanish would end versions whose records are left out")
      }
      for step in pipeline.steps where plan.stages.contains(where: { $0.name == step.name.value }) {
        for side in step.sides where plan.rootSources(of: side.value).contains(name) {
          refuse("watermark.side", "\(step.name.value) looks into \(name), which must be whole")
        }
      }
      for step in pipeline.steps
      where path.contains(step.name.value)
        && step.flowing.contains(where: { plan.rootSources(of: $0).contains(name) })
      {
        if let words = whyWhole(
          step, source: name, column: mark.column.value,
          isAppended: fed.contains { $0.mode == .append })
        {
          refuse("watermark.step", "\(step.name.value) \(words)")
        }
      }
    }
  }

  /// Why a step needs all records; nil if it does not.
  private func whyWhole(
    _ step: StepSpec, source: String, column: String, isAppended: Bool
  ) -> String? {
    func isGrouped(by names: [Located<String>]) -> Bool {
      let shape = step.inputs.first.flatMap { input in
        plan.stages.first { $0.name == input.value }?.columns
      }
      return names.contains { name in
        shape?.first { $0.name == name.value }?.origins
          .contains { $0.source == source && $0.column == column } == true
      }
    }
    let again =
      isAppended
      ? "makes rows of several records, and later ones would append a second row" : nil
    switch step.kind {
    case .join(let join):
      switch join.unmatchedRight {
      case .keep, .reject: return "gives records of \(join.right.value) without a partner"
      case .drop, .report: return nil
      }
    case .aggregate(_, let names, _):
      return isGrouped(by: names) ? again : "makes groups that are not of one \(column)"
    case .pivot(let pivot):
      return isGrouped(by: pivot.by) ? again : "makes rows that are not of one \(column)"
    case .dedupe(let dedupe):
      return dedupe.keep == .last || isGrouped(by: dedupe.key)
        ? again : "keeps the first record of a key"
    case .sql: return "may look at any record of \(source)"
    case .filter, .select, .map, .lookup, .union, .unpivot: return nil
    }
  }
}
