// Types in a file that has mistakes already: the stages that are whole are looked at all the same, so
// that all mistakes are told at once. What depends on a broken stage stays silent. Touches nothing.

extension PipelineReader {
  /// Looks for mistakes that need types to be seen.
  func checkTypes(of pipeline: Pipeline, in root: YAMLNode) {
    var broken = ambiguous.union(circular)
    let parts = Self.parts(of: root)
    for diagnostic in diagnostics where diagnostic.severity == .error {
      let part = parts.last { !diagnostic.mark.isBefore($0.mark) }
      if let part { broken.insert(part.name) }
    }
    // Constants that cannot be read would be missed in many places.
    guard !broken.contains("vars") else { return }
    var compiler = PlanCompiler(pipeline, constants: RunConstants(), broken: broken)
    for mistake in compiler.mistakes()
    where !diagnostics.contains(where: { $0.mark == mistake.mark && $0.code == mistake.code }) {
      take(mistake)
    }
  }

  /// The parts of a file in their order, by the name of what a mistake in them spoils.
  ///
  /// That is a stage or a key of the file; of a source only what its columns follow from spoils it.
  private static func parts(of root: YAMLNode) -> [(name: String, mark: TextMark)] {
    var parts: [(name: String, mark: TextMark)] = []
    for field in root.fields {
      parts.append((field.key.value, field.key.mark))
      guard ["sources", "steps"].contains(field.key.value) else { continue }
      for stage in field.value.fields {
        parts.append((stage.key.value, stage.key.mark))
        guard field.key.value == "sources" else { continue }
        for key in stage.value.fields {
          let spoils = ["columns", "rest"].contains(key.key.value)
          parts.append((spoils ? stage.key.value : "", key.key.mark))
        }
      }
    }
    return parts.sorted { $0.mark.isBefore($1.mark) }
  }
}

extension YAMLNode {
  /// The fields of a map; none of anything else.
  fileprivate var fields: [YAMLField] {
    if case .map(let fields) = content { fields } else { [] }
  }
}

extension TextMark {
  fileprivate func isBefore(_ other: TextMark) -> Bool {
    (line, column) < (other.line, other.column)
  }
}
