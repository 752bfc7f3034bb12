// The law of several loads: one pipeline with two tables makes what two pipelines with one table each
// make, whatever files come and whatever records are mended between the runs.

import Foundation
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `Loads of one pipeline` {
  private enum Table: CaseIterable {
    case orders, sums

    func load(_ mode: String) -> String {
      switch self {
      case .orders: "{from: some, to: 'sqlite:out.db', table: orders, mode: \(mode), key: [id]}"
      case .sums: "{from: sums, to: 'sqlite:out.db', table: sums, mode: \(mode), key: [k]}"
      }
    }
  }

  private func workspace(_ tables: [Table], _ modes: [Table: String]) throws -> TestWorkspace {
    let loads = tables.map { "- " + $0.load(modes[$0] ?? "upsert") }.joined(separator: "\n")
    return try TestWorkspace(
      ["pipelines/p.yaml": ordersAndSums("load:\n\(loads)")], in: TestWorkspace.memory)
  }

  /// A file; some values are no numbers, some are left out.
  private func file(_ random: inout SplitMix64) -> String {
    var text = "id,k,v\n"
    for id in 1...Int.random(in: 1...12, using: &random) {
      let value =
        switch Int.random(in: 0..<5, using: &random) {
        case 0: "x\(Int.random(in: 0..<3, using: &random))"
        case 1: "-1"
        default: "\(Int.random(in: 0..<9, using: &random))"
        }
      text += "\(id),\(["a", "b", "c"][Int.random(in: 0..<3, using: &random)]),\(value)\n"
    }
    return text
  }

  /// Mends every record that the file has bad, also one that was mended as an older file had it.
  private func mend(_ test: TestWorkspace, in file: String) throws {
    let state = try StateFile.open(test.workspace)
    let bad = file.split(separator: "\n").filter { $0.contains("x") }
    for entry in try state.openRejects(pipeline: "p") {
      let raw = String(decoding: entry.raw, as: UTF8.self)
      let id = raw.prefix { $0 != "," } + ","
      guard let line = bad.first(where: { $0.hasPrefix(id) }) else { continue }
      let mended = line.replacingOccurrences(of: "x", with: "1")
      try state.edit(entry.id, raw: Array(mended.utf8), by: "tester")
    }
  }

  @Test(arguments: 1...4, ["upsert upsert", "upsert replace", "replace upsert", "replace replace"])
  func `make what pipelines of their own make`(seed: UInt64, modes: String) async throws {
    var random = SplitMix64(seed: seed)
    let words = modes.components(separatedBy: " ")
    let chosen = [Table.orders: words[0], .sums: words[1]]
    let together = try workspace(Table.allCases, chosen)
    let apart = try Table.allCases.map { ($0, try workspace([$0], chosen)) }
    func expectSame(_ moment: String) throws {
      for (table, alone) in apart {
        let query = "SELECT * FROM \(table) ORDER BY 1"
        let (found, wanted) = (try together.query(query), try alone.query(query))
        #expect(found == wanted, "\(table) after \(moment)")
      }
    }
    for version in 1...3 {
      let text = file(&random)
      for test in [together] + apart.map(\.1) {
        try test.write("in.csv", text)
        let summary = try await test.run()
        #expect(summary.error?.what == nil)
        let isBalanced = summary.stages.allSatisfy(\.tally.isBalanced)
        #expect(isBalanced)
      }
      try expectSame("file \(version)")
      for test in [together] + apart.map(\.1) {
        try mend(test, in: text)
        #expect(try await test.run().rejected == 0)
      }
      try expectSame("the mended records of \(text)")
    }
  }
}
