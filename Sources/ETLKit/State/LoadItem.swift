// What a load decides about one record, as values.

public import Records

/// The fate of one record that a load decides: a new reject, or the end of a queue entry.
public struct LoadItem: Hashable, Sendable {
  /// What becomes of the record.
  public enum Outcome: String, Hashable, Sendable, CaseIterable {
    case loaded, rejected, superseded, filtered, unmatched
  }

  /// What tells the record from all others of its pipeline.
  public var uid: [UInt8]
  /// What becomes of it.
  public var outcome: Outcome
  /// What is known about a rejected record; nil for the others.
  public var reject: RejectFacts?

  /// Makes a value from its parts.
  public init(uid: [UInt8], outcome: Outcome, reject: RejectFacts? = nil) {
    self.uid = uid
    self.outcome = outcome
    self.reject = reject
  }
}

/// What is known about a rejected record.
public struct RejectFacts: Hashable, Sendable {
  /// Longer raw records are cut here.
  public static let rawLimit = 64 << 10

  /// The source it came from.
  public var source: String
  /// The snapshot it stands in.
  public var snapshotID: Int64
  /// Where in it.
  public var place: RecordPlace
  /// Its bytes, without the line end.
  public var raw: [UInt8]
  /// Whether bytes are missing at the end.
  public var isRawCut: Bool
  /// Whether values of it are hidden; the whole record stands in its file.
  public var isRedacted = false
  /// SHA-256 of the whole raw record.
  public var rawSHA256: [UInt8]
  /// The columns that name its row, as people read them.
  public var businessKey: String?
  /// The stage that rejected it.
  public var stage: String
  /// All faults, the gravest first.
  public var faults: [RecordFault]
  /// The kind of the first fault.
  public var faultClass: FaultClass
  /// What it waits for.
  public var wake: Wake
  /// Hash of everything that decides whether it is bad: plan of its path, sides, destination, its bytes.
  public var worldHash: [UInt8]
  /// When it is due, if it waits for a moment.
  public var nextAttempt: Timestamp?
  /// What in the destination keeps it out; nil if it did not come that far.
  var obstacles: [LoadObstacle]?

  /// Makes a value from its parts; class and wake follow from the first fault unless given.
  public init(
    source: String, snapshotID: Int64, place: RecordPlace, raw: [UInt8], isRawCut: Bool = false,
    rawSHA256: [UInt8], businessKey: String? = nil, stage: String, faults: [RecordFault],
    faultClass: FaultClass? = nil, wake: Wake = .change, worldHash: [UInt8],
    nextAttempt: Timestamp? = nil
  ) {
    self.source = source
    self.snapshotID = snapshotID
    self.place = place
    self.raw = raw
    self.isRawCut = isRawCut
    self.rawSHA256 = rawSHA256
    self.businessKey = businessKey
    self.stage = stage
    self.faults = faults
    self.faultClass = faultClass ?? faults.first.map { FaultClass(of: $0.code) } ?? .data
    self.wake = wake
    self.worldHash = worldHash
    self.nextAttempt = nextAttempt
  }
}

/// A load that was begun and is not decided.
public struct PendingLoad: Hashable, Sendable {
  /// Its number.
  public var id: Int64
  /// What marks it in the destination.
  public var nonce: [UInt8]
  /// The run it belongs to.
  public var run: RunID
  /// Where it goes.
  public var destination: String
  /// The run's pipeline, as a number.
  var pipelineID: Int64
}

/// A prepared load whose run has ended or is gone: only the destination knows whether it counts.
public struct UnresolvedLoad: Hashable, Sendable {
  /// The load.
  public var load: PendingLoad
  /// The pipeline.
  public var pipeline: String
  /// Whether its process is still there; then it is not ours to decide.
  public var isOwnerAlive: Bool
}
