// A record that a test's run rejected, and whether it is the one that was expected.

import GRDB
import Records

/// A reject as a test compares it.
struct FoundReject {
  var source: String
  var line: Int
  var stage: String
  var faults: [RecordFault]
  /// What it waits for: `time`, `change`, `manual`, or `change:STAGE`.
  var wake: String

  /// All rejects of a run, in the order of their lines.
  static func all(
    in workspace: Workspace, of pipeline: Pipeline
  ) throws(EngineError) -> [FoundReject] {
    let state = try StateFile.open(folder: workspace.stateFolder, readOnly: true)
    return try state.read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT r.source, r.line_no, r.errors_json, r.wake, c.stage, c.class, c.rule
          FROM reject r JOIN reason c ON c.id=r.reason_id ORDER BY r.source, r.line_no, r.id
          """
      ).map { row in
        var wake: String = row["wake"]
        if row["class"] == FaultClass.reference.rawValue, let side: String = row["rule"] {
          wake += ":" + side
        }
        return FoundReject(
          source: row["source"], line: row["line_no"], stage: row["stage"],
          faults: ETLKit.faults(row["errors_json"] as String?), wake: wake)
      }
    }
  }

  /// Whether it is what a test expects.
  func fits(_ wanted: TestSpec.Reject) -> Bool {
    (wanted.source == nil || wanted.source == source) && (wanted.line == nil || wanted.line == line)
      && (wanted.wake == nil || wanted.wake == wake
        || wake.hasPrefix("change:") && wanted.wake == "change")
      && faults.contains { fault in
        fault.code.rawValue == wanted.code
          && (wanted.column == nil || wanted.column == fault.column)
      }
  }

  /// For a report: `nyt, line 3: join.unmatched, change:jhu: no partner in jhu for date 2020-…`.
  var words: String {
    "\(source), line \(line): \(faults.first?.code.rawValue ?? "rejected"), \(wake): "
      + faults.map(FaultText.sentence).joined(separator: "; ")
  }
}

extension TestSpec.Reject {
  /// For a report, in the order of `FoundReject.words`.
  var words: String {
    var text = source ?? "any source"
    if let line { text += ", line \(line)" }
    text += ": \(code)"
    if let wake { text += ", \(wake)" }
    if let column { text += ", column \(column)" }
    return text
  }
}
