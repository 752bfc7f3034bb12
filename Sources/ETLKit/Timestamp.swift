// A moment: microseconds since 1970, UTC.

internal import Records

/// A moment in UTC, as the state file writes it.
public struct Timestamp: Hashable, Sendable, Comparable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public var microseconds: Int64

  /// Makes a moment from microseconds since 1970.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// Reads `2026-03-01`, `2026-03-01 14:03:22.5`, `2026-03-01T14:03:22+02:00`; nil if it is no moment.
  ///
  /// Without a zone it is UTC.
  public init?(iso text: String) {
    var text = text
    guard let microseconds = text.withUTF8({ DateBytes.microseconds(iso: $0) }) else { return nil }
    self.microseconds = microseconds
  }

  /// The day, such as 2026-03-01.
  public var dateText: String {
    DateBytes.dateText(Int64(CivilDate.split(microseconds: microseconds).days))
  }

  /// Earlier is less.
  public static func < (one: Timestamp, other: Timestamp) -> Bool {
    one.microseconds < other.microseconds
  }

  /// The seconds from an earlier moment to this one.
  public func seconds(since earlier: Timestamp) -> Double {
    Double(microseconds - earlier.microseconds) / 1_000_000
  }

  /// The moment so many seconds later.
  public func adding(seconds: Double) -> Timestamp {
    Timestamp(microseconds: microseconds + Int64(seconds * 1_000_000))
  }
}
