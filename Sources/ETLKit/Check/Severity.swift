// How much a failed check weighs.

/// How much a failed check weighs.
public enum Severity: String, Hashable, Sendable, CaseIterable {
  /// It is told, and the load goes on.
  case warn
  /// Nothing is published.
  case error
}
