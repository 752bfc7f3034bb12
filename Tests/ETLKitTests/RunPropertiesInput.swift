// Made-up inputs for properties of whole runs: bad lines, duplicates, nulls, partners that are missing.

import Foundation
import TestSupport

@testable import ETLKit

/// Two files and a pipeline over them, made from a seed.
struct MadeInput {
  /// One record: as it should be, and as it stands in the file.
  struct Record {
    var good: String
    var bad: String?
  }

  var records: [Record] = []
  /// The keys of the other side that are there from the beginning.
  var sides: [String] = []
  /// Keys that come later.
  var lateSides: [String] = []
  var step = ""
  var isLookup = false
  /// How records meet rows.
  var mode = "upsert"

  private static let keys = ["a", "b", "c", "d", "\"e,e\"", "\"f\nf\"", "g g", ""]

  /// `mayRepeat`: whether several records may have one id.
  init(_ random: inout SplitMix64, mayRepeat: Bool = true) {
    mode = ["upsert", "insert_only", "scd2"].randomElement(using: &random) ?? mode
    let count = Int.random(in: 0...60, using: &random)
    let misses = ["reject", "null", "drop"].randomElement(using: &random) ?? "reject"
    isLookup = Bool.random(using: &random)
    step =
      isLookup
      ? "{type: lookup, from: some, in: other, keys: [k], add: [c], missing: \(misses)}"
      : "{type: join, left: some, right: other, keys: [k], kind: inner, unmatched_left: reject, "
        + "unmatched_right: report}"
    for key in Self.keys where !key.isEmpty {
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<7: sides.append(key)
      default: lateSides.append(key)
      }
    }
    for number in 0..<count {
      let id = mayRepeat ? Int.random(in: 1...40, using: &random) : number + 1
      let key = Self.keys.randomElement(using: &random) ?? "a"
      let value = Int.random(in: -20...99, using: &random)
      let text = Int.random(in: 0..<12, using: &random) == 0 ? "" : "\(value)"
      var record = Record(good: "\(id),\(key),\(text)")
      switch Int.random(in: 0..<30, using: &random) {
      case 0: record.bad = "\(id),\(key),many"
      case 1: record.bad = "\(id)"
      case 2: record.bad = "\(id),\(key),\(text),more"
      case 3: record.bad = ",\(key),\(text)"
      case 4: record.bad = "\(id),\(key),99999999999999999999"
      default: break
      }
      records.append(record)
    }
  }

  /// The file; without its bad lines if they are mended.
  func file(_ range: Range<Int>? = nil, isMended: Bool = false) -> String {
    let records = range.map { Array(self.records[$0]) } ?? self.records
    return "id,k,v\n"
      + records.map { (isMended ? $0.good : $0.bad ?? $0.good) + "\n" }.joined()
  }

  func side(isWhole: Bool = false) -> String {
    "k,c\n" + (sides + (isWhole ? lateSides : [])).enumerated().map { "\($1),\($0)\n" }.joined()
  }

  func pipelineText(path: String = "in.csv") -> String {
    pipeline(
      columns: "{id: {type: int, required: true}, k: text, v: int}",
      steps: "  some: {type: filter, from: in, where: 'coalesce(v, 0) >= 0'}\n  named: \(step)\n",
      from: "named", mode: mode,
      sources: """
          other:
            type: file
            path: other.csv
            columns: {k: text, c: int}
        """
    ).replacing("path: in.csv", with: "path: '\(path)'")
      .replacing(
        "type: file\n", with: "type: \(path.contains("*") ? "files" : "file")\n",
        maxReplacements: 1)
  }

  func workspace(isMended: Bool = false, isWhole: Bool = false) throws -> TestWorkspace {
    try TestWorkspace(
      [
        "pipelines/p.yaml": pipelineText(), "in.csv": file(isMended: isMended),
        "other.csv": side(isWhole: isWhole),
      ], in: TestWorkspace.memory)
  }
}

extension TestWorkspace {
  /// The rows of the table; moments of versions by their order.
  func rows(onlyCurrent: Bool = false) throws -> [String] {
    let names = try query("SELECT name FROM pragma_table_info('t')")
    let own = TargetTable.validityColumns
    let others = names.filter { !own.contains($0) }.joined(separator: ",")
    guard names.contains("is_current") else {
      return try query("SELECT 'row', \(others) FROM t ORDER BY 2, 3, 4, 5")
    }
    guard !onlyCurrent else {
      return try query("SELECT 'row', \(others) FROM t WHERE is_current=1 ORDER BY id")
    }
    return try query(
      """
      SELECT 'row', \(others), is_current, valid_to IS NULL, dense_rank() OVER (ORDER BY valid_from)
      FROM t ORDER BY id, valid_from
      """)
  }

  /// The table and the queue, as sets of lines; what a run is for.
  func outcome(withLines: Bool = true) throws -> [String] {
    let line = withLines ? "r.line_no" : "0"
    return try rows()
      + query(
        """
        SELECT 'queue', r.state, c.stage, c.code, \(line), CAST(r.raw AS TEXT)
        FROM reject r JOIN reason c ON c.id=r.reason_id
        """, in: ".etl/state.db"
      ).sorted()
  }
}

/// What differs between two outcomes; nil if nothing does.
func difference(_ wanted: [String], _ found: [String]) -> String? {
  guard wanted != found else { return nil }
  let lost = wanted.filter { !found.contains($0) }
  let more = found.filter { !wanted.contains($0) }
  return "\(lost.prefix(4)) became \(more.prefix(4)), \(found.count) lines for \(wanted.count)"
}

extension RunSummary {
  /// All numbers of records.
  var numbers: [Int] {
    [
      read, retried, inserted, updated, unchanged, filtered, deduplicated, unmatched, rejected,
      openRejects,
    ]
  }
}
