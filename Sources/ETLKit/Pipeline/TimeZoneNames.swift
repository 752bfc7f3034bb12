// Whether a time zone is one of the tz database. Touches the system's list of zones.

import Records
import Foundation

/// The names of time zones.
enum TimeZoneNames {
  /// Why a name cannot be used.
  struct Problem {
    var suggestion: String?
  }

  /// Nil if the name is a zone; abbreviations such as EST are refused, they mean several things.
  static func problem(with name: String) -> Problem? {
    let known = TimeZone.knownTimeZoneIdentifiers
    if name == "UTC" || known.contains(name) { return nil }
    // A machine without a tz database knows no zone; then the name is believed.
    if known.isEmpty { return nil }
    if name.contains("/"), TimeZone(identifier: name) != nil { return nil }
    return Problem(suggestion: NearestName.suggestion(for: name, among: known + ["UTC"]))
  }
}
