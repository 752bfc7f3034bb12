// What a look at a workspace's health found, as values.

/// One thing that was looked at, and how it is.
public struct HealthFinding: Hashable, Sendable {
  /// How grave it is.
  public enum Severity: String, Hashable, Sendable, CaseIterable {
    /// As it should be.
    case ok
    /// Worth knowing; nothing has to be done.
    case note
    /// Something should be done.
    case warn
    /// Data are in danger, or runs cannot work.
    case error
  }

  /// How grave it is.
  public var severity: Severity
  /// What was looked at, stable for scripts: `state`, `blobs.missing`.
  public var code: String
  /// What was found; no final period.
  public var what: String
  /// Where.
  public var place: String?
  /// What to type next.
  public var fix: String?

  /// Whether somebody has to do something.
  public var needsAction: Bool { severity == .warn || severity == .error }
}

extension HealthFinding {
  /// An error of the engine as a finding.
  init(_ text: ErrorText) {
    self.init(
      severity: .error, code: text.code, what: text.what, place: text.places.first, fix: text.fix)
  }
}

/// Sizes as people read them.
public enum ByteText {
  /// `17 bytes`, `3.4 MB`.
  public static func text(_ count: Int) -> String {
    let units = ["kB", "MB", "GB", "TB"]
    guard count >= 1_000 else { return count == 1 ? "1 byte" : "\(count) bytes" }
    var value = Double(count) / 1_000
    var unit = 0
    while value >= 999.95, unit < units.count - 1 {
      value /= 1_000
      unit += 1
    }
    let tenths = (value * 10).rounded()
    return tenths.truncatingRemainder(dividingBy: 10) == 0
      ? "\(Int(tenths / 10)) \(units[unit])" : "\(tenths / 10) \(units[unit])"
  }
}
