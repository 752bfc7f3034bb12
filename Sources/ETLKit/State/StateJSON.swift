// The few lists that the state file keeps as JSON text, written with sorted keys so that equal values are equal text.

internal import Foundation
internal import Records

/// A value as JSON text.
func jsonText(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
}

/// The value of a JSON text; nil if it does not fit.
func fromJSON<Value: Decodable>(_ text: String?, as type: Value.Type = Value.self) -> Value? {
  text.flatMap { try? JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
}

/// An error text as JSON text.
func jsonText(_ error: ErrorText) -> String {
  jsonText(
    ErrorTextRecord(what: error.what, code: error.code, places: error.places, fix: error.fix))
}

/// Reads what `jsonText` made of an error.
func errorText(_ json: String?) -> ErrorText? {
  fromJSON(json, as: ErrorTextRecord.self).map {
    ErrorText($0.what, code: $0.code, places: $0.places, fix: $0.fix)
  }
}

/// Faults as JSON text; keys are `code`, `column`, `position`, `range`, `value`, `rule`.
///
/// Written by hand, because it is written for every rejected record.
func jsonText(_ faults: [RecordFault]) -> String {
  var text = "["
  for fault in faults {
    text += text == "[" ? "{" : ",{"
    text += "\"code\":\(JSONText.quoted(fault.code.rawValue))"
    if let column = fault.column { text += ",\"column\":\(JSONText.quoted(column))" }
    if let position = fault.position { text += ",\"position\":\(position)" }
    if let range = fault.range {
      text += ",\"range\":[\(range.lowerBound),\(range.upperBound)]"
    }
    if let rule = fault.rule { text += ",\"rule\":\(JSONText.quoted(rule))" }
    if let value = fault.value { text += ",\"value\":\(JSONText.quoted(value))" }
    text += "}"
  }
  return text + "]"
}

/// Reads what `jsonText` made of faults; codes of other versions are left out.
func faults(_ json: String?) -> [RecordFault] {
  (fromJSON(json, as: [FaultRecord].self) ?? []).compactMap(\.fault)
}

/// What the recovery of a load needs to know, as JSON text.
func jsonText(_ summary: RunSummary?, _ updatesContent: Bool) -> String {
  jsonText(
    PreparedRecord(summary: summary.map(SummaryRecord.init), updatesContent: updatesContent))
}

/// Reads what `jsonText` made of a prepared load.
func preparedLoad(_ json: String?) -> (summary: RunSummary?, updatesContent: Bool) {
  let record = fromJSON(json, as: PreparedRecord.self)
  return (record?.summary?.summary, record?.updatesContent ?? true)
}

private struct PreparedRecord: Codable {
  var summary: SummaryRecord?
  var updatesContent: Bool
}

private struct ErrorTextRecord: Codable {
  var what: String, code: String, places: [String], fix: String?
}

private struct FaultRecord: Decodable {
  var code: String
  var column: String?
  var position: Int?
  var range: [Int]?
  var value: String?
  var rule: String?

  var fault: RecordFault? {
    guard let code = RecordFault.Code(rawValue: code) else { return nil }
    let span: Range<Int>? = range.flatMap {
      $0.count == 2 && $0[0] <= $0[1] ? $0[0]..<$0[1] : nil
    }
    return RecordFault(
      code: code, column: column, position: position, range: span, value: value, rule: rule)
  }
}

private struct SummaryRecord: Codable {
  var run: Int64, pipeline: String, kind: String, state: String, started: Int64?
  var counts: [Int], notes: [String], stages: [StageRecord], checks: [CheckRecord]

  struct StageRecord: Codable {
    var name: String, kind: String, state: String, started: Int64?, finished: Int64?
    var inputs: [String], counts: [Int]
  }

  struct CheckRecord: Codable {
    var name: String, severity: String, outcome: String, found: String, failures: Int
    var measure: String?, value: Double?
  }

  init(_ summary: RunSummary) {
    run = summary.run
    pipeline = summary.pipeline
    kind = summary.kind.rawValue
    state = summary.state.rawValue
    started = summary.started?.microseconds
    counts = [
      summary.read, summary.retried, summary.inserted, summary.updated, summary.unchanged,
      summary.filtered, summary.deduplicated, summary.unmatched, summary.rejected,
      summary.deleted, summary.combined, summary.added,
    ]
    notes = summary.notes
    stages = summary.stages.map { stage in
      let tally = stage.tally
      return StageRecord(
        name: stage.name, kind: stage.kind.rawValue, state: stage.state.rawValue,
        started: stage.started?.microseconds, finished: stage.finished?.microseconds,
        inputs: stage.inputs,
        counts: [
          tally.rowsIn, tally.rowsOut, tally.filtered, tally.deduplicated, tally.unmatched,
          tally.rejected, tally.inserted, tally.updated, tally.unchanged, tally.bytesIn,
          tally.combined, tally.added,
        ])
    }
    checks = summary.checks.map {
      CheckRecord(
        name: $0.name, severity: $0.severity.rawValue, outcome: $0.outcome.rawValue,
        found: $0.found, failures: $0.failures, measure: $0.measure?.name,
        value: $0.measure?.value)
    }
  }

  var summary: RunSummary? {
    // Written by an earlier version: ten numbers.
    let counts = counts.count == 10 ? counts + [0, 0] : counts
    guard counts.count == 12, let kind = RunKind(rawValue: kind),
      let state = RunState(rawValue: state)
    else { return nil }
    return RunSummary(
      run: run, pipeline: pipeline, kind: kind, state: state,
      started: started.map(Timestamp.init(microseconds:)), read: counts[0], retried: counts[1],
      inserted: counts[2], updated: counts[3], unchanged: counts[4], filtered: counts[5],
      deduplicated: counts[6], unmatched: counts[7], rejected: counts[8], deleted: counts[9],
      stages: stages.compactMap(\.summary), checks: checks.compactMap(\.result), notes: notes,
      combined: counts[10], added: counts[11])
  }
}

extension SummaryRecord.StageRecord {
  fileprivate var summary: StageSummary? {
    let counts = counts.count == 10 ? counts + [0, 0] : counts
    guard counts.count == 12, let kind = StageKind(rawValue: kind),
      let state = StageState(rawValue: state)
    else { return nil }
    return StageSummary(
      name: name, kind: kind, state: state,
      tally: StageTally(
        rowsIn: counts[0], rowsOut: counts[1], filtered: counts[2], deduplicated: counts[3],
        unmatched: counts[4], rejected: counts[5], inserted: counts[6], updated: counts[7],
        unchanged: counts[8], bytesIn: counts[9], combined: counts[10], added: counts[11]),
      started: started.map(Timestamp.init(microseconds:)),
      finished: finished.map(Timestamp.init(microseconds:)), inputs: inputs)
  }
}

extension SummaryRecord.CheckRecord {
  fileprivate var result: CheckResult? {
    guard let severity = Severity(rawValue: severity), let outcome = CheckOutcome(rawValue: outcome)
    else { return nil }
    var result = CheckResult(
      name: name, severity: severity, outcome: outcome, found: found, failures: failures)
    if let measure, let value { result.measure = CheckMeasure(name: measure, value: value) }
    return result
  }
}
