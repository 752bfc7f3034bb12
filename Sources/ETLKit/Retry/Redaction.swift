// Fields that must not be kept: hidden in what goes to the queue, before it is written down.
//
// The file itself stays as it was fetched; from there the record is read when it is tried again.

import Foundation
import Records
import Synchronization

/// Which fields of a source's records are hidden, and how its records are written.
struct Redaction: Sendable {
  /// What stands for a hidden value.
  static let mask = "***"

  private let source: SourceSpec
  private let columns: Set<String>

  /// Nil for a source that hides nothing.
  init?(_ source: SourceSpec) {
    guard !source.redacted.isEmpty else { return nil }
    self.source = source
    columns = Set(source.redacted.map(\.value))
  }

  /// Hides the fields in a record's bytes, in its faults and in its key.
  ///
  /// `names`: the header of its file. A record whose fields cannot be told apart is hidden whole.
  func apply(to facts: inout RejectFacts, names: [String]) {
    facts.isRedacted = true
    let isBroken = facts.faults.contains { $0.code.rawValue.hasPrefix("parse.") }
    guard !isBroken, let (raw, secrets) = hidden(facts.raw, names: names) else {
      facts.raw = Array(Self.mask.utf8)
      facts.obstacles = facts.obstacles.map { _ in [] }
      facts.businessKey = facts.businessKey.map { _ in Self.mask }
      for index in facts.faults.indices { hide(&facts.faults[index]) }
      return
    }
    facts.raw = raw
    if let key = facts.businessKey, holds(key, one: secrets) { facts.businessKey = Self.mask }
    facts.obstacles?.removeAll { $0.values.contains { holds($0.text, one: secrets) } }
    for index in facts.faults.indices {
      let fault = facts.faults[index]
      facts.faults[index].range = nil
      let named = (fault.column ?? "").components(separatedBy: ", ")
      if named.contains(where: columns.contains)
        || fault.value.map({ holds($0, one: secrets) }) == true
      {
        hide(&facts.faults[index])
      }
    }
  }

  private func hide(_ fault: inout RecordFault) {
    fault.value = fault.value.map { _ in Self.mask }
    fault.range = nil
  }

  /// Whether a text is, or has in it, one of the hidden values, whatever its letters' case.
  private func holds(_ text: String, one secrets: [String]) -> Bool {
    let text = text.lowercased()
    return secrets.contains { text.contains($0.lowercased()) }
  }

  /// The bytes with the fields hidden, and what they held; nil if that cannot be done.
  private func hidden(_ raw: [UInt8], names: [String]) -> (raw: [UInt8], secrets: [String])? {
    guard let form = RecordForm(note: RecordForm.note(on: source)),
      let match = try? ContractCheck.match(names: names, source: source, place: "the queue")
    else { return nil }
    let text = RecordText(names: names, form: form)
    guard let values = text.values(raw) else { return nil }
    var raw = raw
    var secrets: [String] = []
    for (column, field) in zip(source.columns, match.fields)
    where columns.contains(column.value.name) {
      guard let field, values.indices.contains(field), !values[field].isEmpty else { continue }
      secrets.append(values[field].trimmingCharacters(in: .whitespaces))
      guard let changed = try? text.setting(field, to: mask(field, form), in: raw) else {
        return nil
      }
      raw = changed
    }
    secrets.removeAll(where: \.isEmpty)
    // The same value elsewhere in the record: a key that stands twice, a remark that repeats it.
    for secret in secrets where secret.utf8.count >= 6 { Self.cover(secret, in: &raw) }
    return (raw, secrets)
  }

  private func mask(_ field: Int, _ form: RecordForm) -> String {
    guard case .fixed(let layout) = form, layout.fields.indices.contains(field) else {
      return Self.mask
    }
    return String(Self.mask.prefix(layout.fields[field].width))
  }

  private static func cover(_ secret: String, in raw: inout [UInt8]) {
    let wanted = Array(secret.utf8)
    var start = 0
    while start + wanted.count <= raw.count {
      if raw[start..<(start + wanted.count)].elementsEqual(wanted) {
        raw.replaceSubrange(
          start..<(start + wanted.count),
          with: repeatElement(UInt8(ascii: "*"), count: wanted.count))
        start += wanted.count
      } else {
        start += 1
      }
    }
  }
}

/// What a run must not write down, and the headers it needs to find it; used by both threads of a
/// load.
final class Redactions: Sendable {
  private let bySource: [String: Redaction]
  private let columns: RedactedColumns
  /// Sources whose records are known by a key that is hidden.
  private let hiddenKeys: Set<String>
  private let headers = Mutex<[Int64: [String]]>([:])
  private let state: StateFile

  init(_ plan: PipelinePlan, state: StateFile) {
    self.state = state
    let sources = plan.pipeline.sources
    var bySource: [String: Redaction] = [:]
    for source in sources { bySource[source.name.value] = Redaction(source) }
    self.bySource = bySource
    columns = RedactedColumns(plan.pipeline)
    hiddenKeys = Set(
      plan.passes.compactMap { pass in
        guard case .source(let index) = pass.input else { return nil }
        let hidden = Set(sources[index].redacted.map(\.value))
        let key = pass.casts.prefix(pass.identityCount).map(\.spec.name)
        return key.contains(where: hidden.contains) ? sources[index].name.value : nil
      })
  }

  /// Hides what must be hidden of a reject.
  func apply(to facts: inout RejectFacts) {
    // A step's fault may show what was made of a hidden value, also on a record of another source.
    for index in facts.faults.indices {
      facts.faults[index] = shown(facts.faults[index], at: facts.stage, of: facts.source)
    }
    // What must not be kept cannot be looked up again, nor what was made of it.
    facts.obstacles?.removeAll { columns.hides($0.fields, at: facts.stage) }
    if hiddenKeys.contains(facts.source) {
      facts.businessKey = facts.businessKey.map { _ in Redaction.mask }
    }
    guard let redaction = bySource[facts.source] else { return }
    let id = facts.snapshotID
    let known = headers.withLock { $0[id] }
    let names = known ?? (try? state.header(of: id)) ?? []
    if known == nil { headers.withLock { $0[id] = names } }
    redaction.apply(to: &facts, names: names)
  }

  /// A fault as it may be told: without a value that is hidden, or made of one.
  ///
  /// A fault that names no column may be about any of its stage.
  func shown(_ fault: RecordFault, at stage: String, of source: String = "") -> RecordFault {
    // What scanners find in a record of a source is hidden with the record.
    if stage == source, fault.code.rawValue.hasPrefix("parse.") { return fault }
    let isHidden =
      fault.column.map { columns.hides($0.components(separatedBy: ", "), at: stage) }
      ?? columns.hidesAnything(at: stage)
    guard isHidden else { return fault }
    var fault = fault
    fault.value = fault.value.map { _ in Redaction.mask }
    fault.range = nil
    return fault
  }

  /// A key as an error at a stage may tell it: hidden if one of its columns is.
  func shown(_ key: String, at stage: String, columns names: [String]) -> String {
    columns.hides(names, at: stage) ? Redaction.mask : key
  }
}
