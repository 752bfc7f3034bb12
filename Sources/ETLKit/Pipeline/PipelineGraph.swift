// Looks at the stages of a pipeline as a graph: names that do not exist, circles, stages that lead
// nowhere. Touches nothing.

import Records

extension PipelineReader {
  /// Tells what is wrong between stages.
  func checkGraph() {
    let names = Set(stages.map(\.value))
    guard !names.isEmpty else { return }
    var isWhole = true
    for reference in references where !names.contains(reference.target.value) {
      isWhole = false
      let target = reference.target
      tell(
        "name.unknown", "there is no stage \(quoted(target.value))", at: target.mark,
        NearestName.suggestion(for: target.value, among: names)
          ?? "known here: " + stages.map(\.value).joined(separator: ", "))
    }
    var inputs: [String: [String]] = [:]
    for reference in references {
      guard let user = reference.user, names.contains(reference.target.value),
        !ambiguous.contains(user)
      else { continue }
      inputs[user, default: []].append(reference.target.value)
    }
    // With a name or a circle to mend, what seems unused is mostly a consequence of it.
    if !tellCircles(inputs), isWhole, ambiguous.isEmpty { tellUnused(inputs) }
  }

  private func tellCircles(_ inputs: [String: [String]]) -> Bool {
    var isFound = false
    enum State { case open, done }
    var states: [String: State] = [:]
    for start in stages where states[start.value] == nil {
      // A walk with its own stack: a long chain of steps must not use up the process's.
      var path: [(name: String, next: Int)] = [(start.value, 0)]
      states[start.value] = .open
      while let (name, next) = path.last {
        let all = inputs[name] ?? []
        guard next < all.count else {
          states[name] = .done
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let input = all[next]
        switch states[input] {
        case nil:
          states[input] = .open
          path.append((input, 0))
        case .open:
          isFound = true
          tellCircle(path.map(\.name), closedBy: input)
        case .done: break
        }
      }
    }
    return isFound
  }

  private func tellCircle(_ path: [String], closedBy name: String) {
    guard let begin = path.firstIndex(of: name) else { return }
    // Records flow from input to user, and the path was walked the other way.
    let circle = Array(path[begin...].reversed())
    circular.formUnion(circle)
    let first = stages.first { circle.contains($0.value) }
    guard let first, let index = circle.firstIndex(of: first.value) else { return }
    let turned = circle[index...] + circle[..<index] + [first.value]
    tell(
      "stage.circle", "the steps go round in a circle: " + turned.joined(separator: " → "),
      at: first.mark, "let one of them read another stage")
  }

  private func tellUnused(_ inputs: [String: [String]]) {
    var used: Set<String> = []
    var open = references.filter { $0.user == nil }.map(\.target.value)
    // Without a load everything would be unused; that is told already.
    guard !open.isEmpty else { return }
    while let name = open.popLast() {
      if used.insert(name).inserted { open += inputs[name] ?? [] }
    }
    for stage in stages where !used.contains(stage.value) {
      tell(
        "stage.unused", "nothing that is loaded or checked comes from \(quoted(stage.value))",
        at: stage.mark, severity: .warning)
    }
  }
}
