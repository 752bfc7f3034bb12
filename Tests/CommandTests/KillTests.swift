import Foundation
import TestSupport
import Testing

/// The promise: a crash loses nothing and repeats nothing.
@Suite(.serialized) struct `A run that is killed` {
  /// Orders with their prices; `tables` is 2 where their sums are loaded beside them.
  static func pipeline(tables: Int) -> String {
    """
    etl: 1
    pipeline: {name: orders}
    sources:
      orders:
        type: file
        path: orders.csv
        columns:
          id: {type: int, required: true}
          product: {type: text, required: true}
          amount: {type: int, required: true}
      products:
        type: file
        path: products.csv
        columns: {product: {type: text, required: true}, price: {type: int, required: true}}
    steps:
      priced: {type: lookup, from: orders, in: products, keys: [product], add: [price], missing: reject}
    \(tables == 1 ? oneTable : twoTables)

    """
  }

  private static let oneTable = """
    load: {from: priced, to: 'sqlite:orders.db', table: orders, mode: upsert, key: [id]}
    """
  private static let twoTables = """
      sums: {type: aggregate, from: priced, by: [product], set: {n: count(), amount: sum(amount)}}
    load:
    - {from: priced, to: 'sqlite:orders.db', table: orders, mode: upsert, key: [id]}
    - {from: sums, to: 'sqlite:orders.db', table: sums, mode: replace}
    """

  /// 5,000 orders: some amounts are no numbers, some products are unknown.
  static func orders(version: Int) -> String {
    var text = "id,product,amount\n"
    for id in 1...5_000 {
      let product = id % 113 == 0 ? "unknown" : "p\(id % 50)"
      let amount = id % 97 == 0 ? "many" : "\(id % 7 + (id % 3 == 0 ? version : 0))"
      text += "\(id),\(product),\(amount)\n"
    }
    return text
  }

  private func bench(_ tables: Int) throws -> Bench {
    let bench = Bench()
    try bench.pipeline("orders", Self.pipeline(tables: tables))
    let products = (0..<50).map { "p\($0),\($0 * 3)\n" }.joined()
    try bench.write("products.csv", "product,price\n" + products)
    return bench
  }

  /// Everything that must not depend on what happened on the way.
  private func outcome(of bench: Bench) throws -> [String] {
    let table = try bench.rows("SELECT * FROM orders ORDER BY id", of: "orders.db")
    let queue = try bench.queue("--records").map { entry in
      ["pipeline", "source", "line", "value", "state", "attempts"]
        .map { "\(entry[$0] ?? "")" }.joined(separator: " ")
    }
    let sums = (try? bench.rows("SELECT * FROM sums ORDER BY product", of: "orders.db")) ?? []
    return (table + sums).map { $0.joined(separator: " ") } + queue.sorted()
  }

  /// Whether the two tables are of different loads.
  private func isTorn(_ bench: Bench) -> Bool {
    func sums(_ query: String) -> [[String]]? { try? bench.rows(query, of: "orders.db") }
    return sums("SELECT count(*), sum(amount) FROM orders")
      != sums("SELECT coalesce(sum(n), 0), sum(amount) FROM sums")
  }

  private static var kills: Int {
    Int(ProcessInfo.processInfo.environment["KILLS"] ?? "") ?? 12
  }

  @Test(arguments: [1, 2]) func `at any moment is made good by the next one`(tables: Int) throws {
    // Undisturbed, once on nothing and once on an older load: what must come out, and how long it
    // takes.
    var expected: [[String]] = []
    var longest = 0.0
    let calm = try bench(tables)
    for version in 1...2 {
      try calm.write("orders.csv", Self.orders(version: version))
      let start = ContinuousClock.now
      #expect(try calm.summary(of: "orders").code == 1)
      longest = max(longest, (ContinuousClock.now - start) / .seconds(1))
      expected.append(try outcome(of: calm))
    }
    #expect(expected[0].count == (tables == 1 ? 5_000 : 5_050))

    var hits = 0
    // How long the program is given at most; shorter after a kill that came too late, because a
    // machine that was busy when the time was taken may be idle now.
    var span = longest
    try forAllKills { share, number in
      let bench = try self.bench(tables)
      try bench.write("orders.csv", Self.orders(version: 1))
      let isUpdate = number.isMultiple(of: 2)
      if isUpdate {
        _ = try bench.summary(of: "orders")
        try bench.write("orders.csv", Self.orders(version: 2))
      }
      let scratch = Scratch()
      let process = try Program.start(["run", "orders"], in: bench.folder, scratch: scratch)
      usleep(UInt32(share * span * 1_000_000))
      kill(process, SIGKILL)
      let isHit = Program.wait(for: process) == 128 + SIGKILL
      hits += isHit ? 1 : 0
      span = isHit ? min(longest, span * 1.1) : span / 2
      if tables == 2, isTorn(bench) { return "one table was loaded without the other" }

      let rerun = try bench.summary(of: "orders")
      guard rerun.code < 2 else { return "the rerun ended with \(rerun.code): \(rerun.error)" }
      let found = try outcome(of: bench)
      let wanted = expected[isUpdate ? 1 : 0]
      guard found != wanted else { return nil }
      return "\(Set(wanted).subtracting(found).sorted().prefix(3)) became "
        + "\(Set(found).subtracting(wanted).sorted().prefix(3)), \(found.count) in all"
    }
    // A kill that comes too late tries nothing.
    #expect(hits > Self.kills / 6)
  }

  private func forAllKills(
    _ claim: (_ share: Double, _ number: Int) throws -> String?
  ) rethrows {
    var number = 0
    try forAll(cases: Self.kills / 2, seed: 7) { random in
      number += 1
      let share = Double.random(in: 0...1.1, using: &random)
      return try claim(share, number).map { "killed at \(share) of a run: \($0)" }
    }
  }
}
