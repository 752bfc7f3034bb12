// How far a mended record reaches: the classification, and the law that mending is loading a good file.

import Foundation
import TestSupport
import Testing

@testable import ETLKit

/// A pipeline of one kind of step over made-up records.
private struct Shape: CustomStringConvertible {
  var name: String
  var steps: String
  var from = "s"
  var key: String
  var scope: RedriveScope
  var modes = ["upsert", "replace"]

  var description: String { name }

  static let all = [
    Shape(
      name: "map", steps: "s: {type: map, from: in, set: {w: v * 2}}", key: "[id]", scope: .row),
    Shape(
      name: "lookup", steps: "s: {type: lookup, from: in, in: side, keys: [k], add: [c]}",
      key: "[id]", scope: .row),
    Shape(name: "union", steps: "s: {type: union, from: [in, more]}", key: "[id]", scope: .row),
    Shape(
      name: "unpivot",
      steps: "s: {type: unpivot, from: in, columns: [v, p], name: what, value: n}",
      key: "[id, what]", scope: .row),
    Shape(
      name: "join with several partners",
      steps: """
        pairs: {type: select, from: side2, columns: [k, c]}
          s: {type: join, left: in, right: pairs, keys: [k], kind: inner, cardinality: 'n:m', unmatched_left: reject}
        """, key: "[id, c]", scope: .row),
    Shape(
      name: "full join",
      steps: """
        mine: {type: select, from: in, columns: [id, {kk: k}, v]}
          s: {type: join, left: mine, right: more, keys: [id], kind: full, cardinality: '1:1', unmatched_left: keep, unmatched_right: keep}
        """.replacing("right: more", with: "right: moreids"), key: "[id]", scope: .set,
      modes: ["replace"]),
    Shape(
      name: "dedupe", steps: "s: {type: dedupe, from: in, key: [k], keep: first}", key: "[k]",
      scope: .group),
    Shape(
      name: "dedupe in an order",
      steps: "s: {type: dedupe, from: in, key: [k], keep: last, order: [v]}", key: "[k]",
      scope: .group),
    Shape(
      name: "aggregate",
      steps:
        "s: {type: aggregate, from: in, by: [k], set: {n: count(), t: sum(v), a: first(id), z: last(id)}}",
      key: "[k]", scope: .group),
    Shape(
      name: "aggregate after a lookup",
      steps: """
        named: {type: lookup, from: in, in: side, keys: [k], add: [c], missing: drop}
          s: {type: aggregate, from: named, by: [c], set: {n: count(), t: sum(v)}}
        """, key: "[c]", scope: .group),
    Shape(
      name: "pivot",
      steps: """
        s: {type: pivot, from: in, by: [k], name_from: p, value_from: v, columns: {a: 0, b: 1, c: 2}, several: first, unknown: drop}
        """, key: "[k]", scope: .group),
    Shape(
      name: "pivot that refuses",
      steps: """
        s: {type: pivot, from: in, by: [k], name_from: p, value_from: v, columns: {a: 0, b: 1, c: 2}, unknown: drop}
        """, key: "[k]", scope: .group, modes: ["replace"]),
    Shape(
      name: "sql",
      steps: """
        s:
            type: sql
            from: [in, side]
            query: SELECT i.k, sum(v) AS t, min(id) AS a, count(c) AS n, min(i._record) AS _record FROM "in" i LEFT JOIN side ON side.k = i.k GROUP BY i.k
            columns: {k: text, t: int, a: int, n: int}
        """, key: "[k]", scope: .set),
  ]

  func pipelineText(mode: String) -> String {
    pipeline(
      columns: "{id: {type: int, required: true}, k: text, v: int, p: int}",
      steps: "  \(steps)\n", from: from, mode: mode, key: mode == "upsert" ? key : nil,
      sources: """
          side: {type: file, path: side.csv, columns: {k: text, c: int}}
          side2: {type: file, path: side2.csv, columns: {k: text, c: int}}
          more: {type: file, path: more.csv, columns: {id: {type: int, required: true}, k: text, v: int, p: int}}
          moreids: {type: file, path: moreids.csv, columns: {id: {type: int, required: true}, c: int}}
        """)
  }
}

@Suite struct `The scope of a path` {
  private func workspace(
    _ shape: Shape, mode: String, lines: [String]
  ) throws -> TestWorkspace {
    try TestWorkspace(
      [
        "pipelines/p.yaml": shape.pipelineText(mode: mode), "in.csv": Self.file(lines),
        "side.csv": "k,c\na,1\nb,2\nc,1\n", "side2.csv": "k,c\na,1\nb,2\nb,3\nc,4\nc,5\nc,6\n",
        "more.csv": "id,k,v,p\n1000,a,5,0\n1001,b,6,1\n",
        "moreids.csv": "id,c\n1,5\n2,6\n1000,7\n",
      ], in: TestWorkspace.memory)
  }

  private static func file(_ lines: [String]) -> String {
    "id,k,v,p\n" + lines.map { $0 + "\n" }.joined()
  }

  @Test func `follows from the steps between the source and the load`() throws {
    for shape in Shape.all {
      let test = try workspace(shape, mode: "replace", lines: [])
      let plan = try PipelinePlan(try test.workspace.pipeline(named: "p"))
      #expect(plan.scope(of: "in") == shape.scope, "\(shape)")
    }
  }

  @Test(arguments: [
    ("lookup", ["in row", "side set s"]), ("union", ["in row", "more row"]),
    ("aggregate after a lookup", ["in group s", "side set named"]),
    ("sql", ["in set s", "side set s"]), ("full join", ["in set s", "moreids set s"]),
  ])
  func `names the step that widens it`(name: String, paths: [String]) throws {
    let shape = try #require(Shape.all.first { $0.name == name })
    let test = try workspace(shape, mode: "replace", lines: [])
    let plan = try PipelinePlan(try test.workspace.pipeline(named: "p"))
    #expect(
      plan.paths.map { path in
        "\(path.source) \(path.scope)" + (path.reason.map { " \($0.step)" } ?? "")
      }.sorted() == paths)
  }

  /// The law: load with broken records, mend them, try them again; the table is that of a good file.
  @Test(arguments: Shape.all.map(\.name))
  func `changes nothing of what mending gives`(name: String) async throws {
    let shape = try #require(Shape.all.first { $0.name == name })
    for seed in UInt64(1)...4 {
      var random = SplitMix64(seed: seed)
      let mode = shape.modes.randomElement(using: &random) ?? "replace"
      var good: [String] = []
      var bad: [String] = []
      for id in 1...Int.random(in: 1...25, using: &random) {
        let key = ["a", "b", "c", "d", ""].randomElement(using: &random) ?? ""
        let value = Int.random(in: -9...9, using: &random)
        let place = Int.random(in: 0...3, using: &random)
        good.append("\(id),\(key),\(value),\(place)")
        let isBad = Int.random(in: 0..<3, using: &random) == 0
        bad.append(isBad ? "\(id),\(key),x\(value),\(place)" : good[good.count - 1])
      }
      let clean = try workspace(shape, mode: mode, lines: good)
      try await clean.run()
      let rows = "SELECT * FROM t ORDER BY 1, 2, 3"
      let wanted = try clean.query(rows)
      let note = Comment(rawValue: "seed \(seed), \(mode)")

      let edited = try workspace(shape, mode: mode, lines: bad)
      try await edited.run()
      let state = try StateFile.open(edited.workspace)
      for entry in try state.openRejects(pipeline: "p") {
        let raw = String(decoding: entry.raw, as: UTF8.self)
        guard raw.contains("x"), let place = bad.firstIndex(of: raw) else { continue }
        try state.edit(entry.id, raw: Array(good[place].utf8), by: "ann")
        // Some are tried before the others are mended.
        if Bool.random(using: &random) { try await edited.run() }
      }
      try await edited.run()
      let found = try edited.query(rows)
      #expect(found == wanted, note)
      let (left, leftClean) = (try waiting(edited), try waiting(clean))
      #expect(left == leftClean, note)
      // And again, though nothing is new.
      try await edited.run(options: RunOptions(isForced: true))
      #expect(try edited.query(rows) == wanted, note)

      let rewritten = try workspace(shape, mode: mode, lines: bad)
      try await rewritten.run()
      try rewritten.write("in.csv", Self.file(good))
      try await rewritten.run()
      #expect(try rewritten.query(rows) == wanted, note)
    }
  }

  private func waiting(_ test: TestWorkspace) throws -> [String] {
    try test.query(
      "SELECT CAST(coalesce(edited_raw, raw) AS TEXT) FROM reject WHERE state='waiting' ORDER BY 1",
      in: ".etl/state.db")
  }

  @Test func `lets a record that was mended away from its rival free both`() async throws {
    let shape = try #require(Shape.all.first { $0.name == "pivot that refuses" })
    let test = try workspace(
      shape, mode: "upsert", lines: ["1,a,10,0", "2,a,11,0", "3,b,5,0"])
    try await test.run()
    #expect(try test.query("SELECT k, a, b FROM t ORDER BY k") == ["b|5|-"])
    let state = try StateFile.open(test.workspace)
    let second = try #require(
      try state.openRejects(pipeline: "p").first { $0.raw == Array("2,a,11,0".utf8) })
    try state.edit(second.id, raw: Array("2,a,11,1".utf8), by: "ann")
    let summary = try await test.run()
    #expect(try test.query("SELECT k, a, b FROM t ORDER BY k") == ["a|10|11", "b|5|-"])
    #expect(summary.rejected == 0)
    #expect(try test.queue().map { $0.prefix(6) } == ["loaded", "loaded"])
  }

  @Test func `leaves records of files that are gone waiting where others depend on them`()
    async throws
  {
    let shape = try #require(Shape.all.first { $0.name == "aggregate" })
    let text = shape.pipelineText(mode: "upsert")
      .replacing("type: file\n    path: in.csv", with: "type: files\n    path: 'in*.csv'")
    let test = try workspace(shape, mode: "upsert", lines: ["1,a,10,0", "2,a,x,0"])
    try test.write("pipelines/p.yaml", text)
    try await test.run()
    // The day's file makes place for the next one; its groups stay as they are.
    try FileManager.default.removeItem(atPath: test.folder + "/in.csv")
    try test.write("in2.csv", Self.file(["3,b,7,0"]))
    let state = try StateFile.open(test.workspace)
    try state.edit(1, raw: Array("2,a,20,0".utf8), by: "ann")
    let summary = try await test.run()
    #expect(try test.query("SELECT k, n, t FROM t ORDER BY k") == ["a|1|10", "b|1|7"])
    let queue = try test.queue()
    #expect(queue == ["waiting|in|cast.int|3|2,a,x,0"])
    #expect(
      summary.notes == [
        "in: 1 waiting record of files that are not read any more was not tried:"
          + " s makes rows of several records"
      ])
  }

  /// Old over new: what the file of a record has besides it would come back over newer groups, so it is
  /// a person who loads it again, before what is newer.
  @Test func `loads such a record when its file comes again, like a good one`() async throws {
    let shape = try #require(Shape.all.first { $0.name == "aggregate" })
    let old = ["1,a,10,0", "2,a,x,0", "3,b,1,0", "4,c,y,0"]
    let good = ["1,a,10,0", "2,a,20,0", "3,b,1,0", "4,c,30,0"]
    let new = ["5,b,7,0", "6,c,8,0"]
    let test = try workspace(shape, mode: "upsert", lines: old)
    try await test.run()
    try test.write("in.csv", Self.file(new))
    try await test.run()
    let state = try StateFile.open(test.workspace)
    try state.edit(1, raw: Array(good[1].utf8), by: "ann")
    try state.edit(2, raw: Array(good[3].utf8), by: "ann")
    let waiting = try await test.run()
    #expect(waiting.state == .unchanged)
    #expect(try test.query("SELECT k, t FROM t ORDER BY k") == ["a|10", "b|7", "c|8"])
    for lines in [old, new] {
      try test.write("in.csv", Self.file(lines))
      try await test.run()
    }
    #expect(try test.queue().map { $0.prefix(6) } == ["loaded", "loaded"])

    let clean = try workspace(shape, mode: "upsert", lines: good)
    try await clean.run()
    try clean.write("in.csv", Self.file(new))
    try await clean.run()
    let rows = "SELECT * FROM t ORDER BY k"
    #expect(try test.query(rows) == (try clean.query(rows)))
    #expect(try test.query("SELECT k, t FROM t ORDER BY k") == ["a|30", "b|7", "c|8"])
  }
}
