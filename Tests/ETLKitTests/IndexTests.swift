// Indexes that a pipeline asks for, and rows that break a unique one.

import ETLKit
import Foundation
import Testing

@Suite struct `An index of a load` {
  static let columns = "{id: {type: int, required: true}, a: int, b: text}"

  private func place(
    _ rows: String, load: String, mode: String = "upsert"
  ) throws -> TestWorkspace {
    try TestWorkspace([
      "pipelines/p.yaml": Self.file(load, mode: mode), "in.csv": "id,a,b\n" + rows,
    ])
  }

  private static func file(_ load: String, mode: String = "upsert") -> String {
    pipeline(columns: columns, mode: mode, key: mode == "upsert" ? "[id]" : nil, load: load)
  }

  private func indexes(_ place: TestWorkspace) throws -> [String] {
    try place.query(
      """
      SELECT i.name, i."unique", group_concat(c.name) FROM pragma_index_list('t') i,
        pragma_index_info(i.name) c WHERE i.origin='c' GROUP BY i.name ORDER BY i.name
      """)
  }

  @Test func `is made with the table and kept by later loads`() async throws {
    let place = try place("1,10,x\n", load: "indexes: [[a, b], b]")
    for rows in ["1,10,x\n", "1,10,x\n2,20,y\n"] {
      try place.write("in.csv", "id,a,b\n" + rows)
      try await place.run()
      #expect(try indexes(place) == ["etl_t_a_b|0|a,b", "etl_t_b|0|b"])
    }
  }

  @Test func `is made when it is asked for later`() async throws {
    let place = try place("1,10,x\n", load: "")
    try await place.run()
    try place.write("pipelines/p.yaml", Self.file("indexes: [[a]]"))
    try await place.run()
    #expect(try indexes(place) == ["etl_t_a|0|a"])
    try place.write("pipelines/p.yaml", Self.file("unique: [[b, a], [a, b]]"))
    try await place.run()
    #expect(
      try indexes(place)
        == ["etl_t_a|0|a", "etl_t_a_b_unique|1|a,b", "etl_t_b_a_unique|1|b,a"])
  }

  @Test func `has a name of its own where two would be alike`() async throws {
    let place = try TestWorkspace([
      "pipelines/p.yaml": pipeline(
        columns: "{id: int, a: int, b_c: int, a_b: int, c: int}",
        load: "indexes: [[a, b_c], [a_b, c]]"),
      "in.csv": "id,a,b_c,a_b,c\n1,2,3,4,5\n",
    ])
    try await place.run()
    #expect(try indexes(place) == ["etl_t_a_b_c|0|a,b_c", "etl_t_a_b_c__2|0|a_b,c"])
  }

  @Test(arguments: ["upsert", "append", "replace"])
  func `that is unique sends the second record to the queue`(mode: String) async throws {
    let place = try place(
      "1,10,x\n2,10,y\n3,,z\n4,,w\n5,10,v\n6,60,u\n", load: "unique: [[a]]", mode: mode)
    let summary = try await place.run()
    #expect(spaced(summary.inserted, summary.rejected) == "4 2")
    #expect(try place.query("SELECT id FROM t ORDER BY id") == ["1", "3", "4", "6"])
    #expect(
      try place.queue()
        == ["waiting|load|load.unique|3|2,10,y", "waiting|load|load.unique|6|5,10,v"])
  }

  @Test func `blames the update that breaks it, and keeps the rows around it`() async throws {
    let place = try place("1,10,x\n2,20,y\n3,30,z\n4,40,w\n", load: "unique: [[a]]")
    try await place.run()
    try place.write("in.csv", "id,a,b\n1,11,x\n2,30,y\n3,31,z\n4,40,w\n5,11,v\n6,60,u\n")
    let summary = try await place.run()
    #expect(
      spaced(summary.inserted, summary.updated, summary.unchanged, summary.rejected) == "1 2 1 2")
    #expect(
      try place.query("SELECT id, a FROM t ORDER BY id")
        == ["1|11", "2|20", "3|31", "4|40", "6|60"])
    #expect(
      try place.queue().map { $0.split(separator: "|").last } == ["2,30,y", "5,11,v"])
  }

  @Test(arguments: [
    "CREATE UNIQUE INDEX mine ON t(a)", "CREATE UNIQUE INDEX mine ON t(abs(a))",
  ])
  func `made by somebody else loses no row either`(sql: String) async throws {
    let place = try place("1,10,x\n2,20,y\n3,30,z\n", load: "")
    try await place.run()
    try place.execute(sql)
    try place.write("in.csv", "id,a,b\n1,11,x\n2,30,y\n3,31,z\n")
    let summary = try await place.run()
    #expect(spaced(summary.updated, summary.unchanged, summary.rejected) == "2 0 1")
    #expect(try place.query("SELECT id, a FROM t ORDER BY id") == ["1|11", "2|20", "3|31"])
  }

  @Test func `and a check of the table's own refuse one row, not its neighbours`() async throws {
    let place = try place("1,10,x\n2,20,y\n3,30,z\n", load: "")
    try place.execute(
      "CREATE TABLE t(id INTEGER PRIMARY KEY NOT NULL, a INTEGER CHECK(a < 100), b TEXT)")
    try await place.run()
    try place.write("in.csv", "id,a,b\n1,11,x\n2,200,y\n3,31,z\n4,400,w\n")
    let summary = try await place.run()
    #expect(spaced(summary.updated, summary.unchanged, summary.rejected) == "2 0 2")
    #expect(try place.query("SELECT id, a FROM t ORDER BY id") == ["1|11", "2|20", "3|31"])
  }

  @Test func `is refused if rows that are there break it`() async throws {
    let place = try place("1,10,x\n2,10,y\n", load: "")
    try await place.run()
    try place.write("pipelines/p.yaml", Self.file("unique: [[a]]"))
    let summary = try await place.run()
    #expect(
      summary.error?.what
        == "table t has a = 10 in more than one row, load.unique forbids it")
    #expect(try place.query("SELECT id FROM t ORDER BY id") == ["1", "2"])
  }
}
