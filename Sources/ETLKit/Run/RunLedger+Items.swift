// What the queue is told of a rejected record: its bytes, its place, its faults, and who it is.

import Crypto
import Foundation
import Records
import Synchronization

extension RunLedger {
  /// A key as an error at a stage may tell it: hidden if one of its columns is.
  func shown(_ key: String, at stage: String, columns: [String]) -> String {
    redactions?.shown(key, at: stage, columns: columns) ?? key
  }

  func item(
    _ row: Int, of parcel: Parcel, source: RootSource, layout: SourceLayout?, stage: String,
    faults: [RecordFault], obstacles: [LoadObstacle]? = nil, isLoading: Bool = false
  ) -> LoadItem? {
    let batch = parcel.batch
    var source = source
    var facts = RejectFacts(
      source: source.name, snapshotID: 0, place: batch.place(of: row), raw: [], rawSHA256: [],
      stage: stage, faults: faults, worldHash: referenceWorlds[stage] ?? dataWorld)
    if !RunLedger.isReference(faults.first?.code) { facts.worldHash = dataWorld }
    facts.obstacles = obstacles
    var raw = batch.raw(row)
    var uid: [UInt8]?
    var key = layout?.identity(of: row, in: batch, source: source.seed)
    switch parcel.origin {
    case .none: return nil
    case .snapshot(let index): facts.snapshotID = source.snapshots[index].id ?? 0
    case .queue(let entries):
      uid = entries[row].uid
      facts.snapshotID = entries[row].snapshotID
      facts.place = entries[row].place
      facts.businessKey = entries[row].businessKey
    case .store(let store, let rows):
      guard let book = store.book, let record = store.record(of: Int(rows[row])) else { return nil }
      source = book.source(of: record)
      facts.source = source.name
      facts.place = record.place
      facts.businessKey = book.keyText(of: record)
      raw = UnsafeBufferPointer(start: nil, count: 0)
      book.withBytes(of: record.raw) { fill(&facts, $0) }
      if let entry = book.entry(of: record) {
        uid = entry.uid
        facts.snapshotID = entry.snapshotID
        facts.businessKey = entry.businessKey
      } else {
        facts.snapshotID =
          record.snapshot >= 0 ? source.snapshots[Int(record.snapshot)].id ?? 0 : 0
        key = record.identity
      }
    }
    if !raw.isEmpty { fill(&facts, raw) }
    if let layout, facts.businessKey == nil {
      facts.businessKey = layout.keyText(of: row, in: batch)
    }
    if uid == nil {
      uid = known(facts) ?? identify(key, bytes: facts.raw, source: source, isLoading: isLoading)
    }
    if let uid, hasSeveralLoads {
      rejectedPlaces.withLock { $0[RejectedPlace(facts)] = uid }
    }
    guard let uid else { return nil }
    // Last: who it is was told from its bytes as they are.
    redactions?.apply(to: &facts)
    return LoadItem(uid: uid, outcome: .rejected, reject: facts)
  }

  /// The identity that a record was rejected with before, by another load.
  private func known(_ facts: RejectFacts) -> [UInt8]? {
    hasSeveralLoads ? rejectedPlaces.withLock { $0[RejectedPlace(facts)] } : nil
  }

  private func fill(_ facts: inout RejectFacts, _ raw: UnsafeBufferPointer<UInt8>) {
    facts.raw = Array(raw.prefix(RejectFacts.rawLimit))
    facts.isRawCut = raw.count > RejectFacts.rawLimit
    var hash = SHA256()
    hash.update(bufferPointer: UnsafeRawBufferPointer(raw))
    facts.rawSHA256 = Array(hash.finalize())
  }

  /// A rejected record's identity: its key, or its bytes, and which of several alike it is.
  private func identify(
    _ key: RecordIdentity?, bytes: [UInt8], source: RootSource, isLoading: Bool
  ) -> [UInt8] {
    var identity =
      key ?? bytes.withUnsafeBufferPointer { RecordIdentity(source: source.seed, raw: $0) }
    identity.occurrence = isLoading ? RunLedger.firstRefused : 0
    identity.occurrence = occurrence(of: identity)
    return identity.bytes
  }

  /// Which of several records with the same identity it is, in this run.
  func occurrence(of identity: RecordIdentity) -> UInt32 {
    var identity = identity
    identity.occurrence &= RunLedger.firstRefused
    return occurrences.withLock { occurrences in
      defer { occurrences[identity, default: 0] += 1 }
      return identity.occurrence + (occurrences[identity] ?? 0)
    }
  }

  /// The number of the first record that the destination refuses: the loading thread counts for
  /// itself, for which of the two threads is ahead says nothing of a record.
  private static let firstRefused: UInt32 = 1 << 31
}

/// Where a rejected record stands.
struct RejectedPlace: Hashable {
  var source: String
  var snapshot: Int64
  var offset: Int

  init(_ facts: RejectFacts) {
    source = facts.source
    snapshot = facts.snapshotID
    offset = facts.place.offset
  }
}
