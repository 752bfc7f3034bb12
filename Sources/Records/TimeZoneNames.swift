// Whether a time zone is one of the tz database. Touches the system's list of zones.

internal import Foundation

/// The names of time zones.
public enum TimeZoneNames {
  /// Why a name cannot be used.
  public struct Problem: Hashable, Sendable {
    /// The known name most like it.
    public var nearest: String?
  }

  /// Nil if the name is a zone; abbreviations such as EST are refused, they mean several things.
  public static func problem(with name: String) -> Problem? {
    let known = TimeZone.knownTimeZoneIdentifiers
    if name == "UTC" || known.contains(name) { return nil }
    // A machine without a tz database knows no zone; then the name is believed.
    if known.isEmpty { return nil }
    if name.contains("/"), TimeZone(identifier: name) != nil { return nil }
    return Problem(nearest: NearestName.of(name, among: known + ["UTC"]))
  }
}
