// Who a record is, from one file to the next: by its business key, or else by its bytes.

import Records

/// The identity of a record in the retry queue.
///
/// 21 bytes: what it is by (1 key, 2 raw bytes), two hashes of 64 bits for the source with the key or
/// the raw bytes, and which of several with the same ones it is. The hashes are fixed for all time,
/// because identities outlive the program.
struct RecordIdentity: Hashable, Sendable {
  /// What a record is known by.
  enum Basis: UInt8, Sendable {
    case key = 1
    case bytes = 2
  }

  var basis: Basis
  var one: UInt64
  var other: UInt64
  var occurrence: UInt32

  private static let secondSeed: UInt64 = 0x5851_F42D_4C95_7F2D

  /// The identity of a record by its key columns; nil if a part is null.
  init?(source: UInt64, batch: RecordBatch, row: Int, columns: [Int]) {
    guard !columns.isEmpty, let one = KeyHash.hash(batch, row, columns, seed: source),
      let other = KeyHash.hash(batch, row, columns, seed: source ^ RecordIdentity.secondSeed)
    else { return nil }
    basis = .key
    self.one = one
    self.other = other
    occurrence = 0
  }

  /// The identity of a record by its bytes.
  init(source: UInt64, raw: UnsafeBufferPointer<UInt8>) {
    basis = .bytes
    one = ByteHash.hash(raw, seed: source)
    other = ByteHash.hash(raw, seed: source ^ RecordIdentity.secondSeed)
    occurrence = 0
  }

  /// Reads an identity back.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == 21, let basis = Basis(rawValue: bytes[0]) else { return nil }
    func number(_ range: Range<Int>) -> UInt64 {
      bytes[range].reduce(0) { $0 << 8 | UInt64($1) }
    }
    self.basis = basis
    one = number(1..<9)
    other = number(9..<17)
    occurrence = UInt32(truncatingIfNeeded: number(17..<21))
  }

  /// The identity as the state file keeps it.
  var bytes: [UInt8] {
    func parts(_ value: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
    }
    return [basis.rawValue] + parts(one, 8) + parts(other, 8) + parts(UInt64(occurrence), 4)
  }

  /// The hash of a source's name, the seed of its records' identities.
  static func seed(of source: String) -> UInt64 {
    var name = source
    return name.withUTF8 { ByteHash.hash($0) }
  }
}

/// Open queue entries of one source, to see which ones a file brings again.
struct OpenEntries {
  private var byKey: [UInt64: [(identity: RecordIdentity, entry: OpenReject)]] = [:]
  private var byPlace: [Int64: [Int: OpenReject]] = [:]

  init(_ open: [OpenReject]) {
    for entry in open {
      byPlace[entry.snapshotID, default: [:]][entry.place.offset] = entry
      guard let identity = RecordIdentity(entry.uid), identity.basis == .key else { continue }
      byKey[identity.one, default: []].append((identity, entry))
    }
  }

  /// Whether any entry is known by its key.
  var hasKeys: Bool { !byKey.isEmpty }

  /// The entries whose records have the key of a row.
  func entries(like identity: RecordIdentity) -> [OpenReject] {
    (byKey[identity.one] ?? []).filter { $0.identity.other == identity.other }.map(\.entry)
  }

  /// The entries of a snapshot by the offset of their records; nil if there are none.
  func places(in snapshot: Int64?) -> [Int: OpenReject]? { snapshot.flatMap { byPlace[$0] } }
}
