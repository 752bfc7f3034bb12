// What a fetch tells while it goes on; may be dropped, nothing depends on it.

/// How far a fetch is, or something that happened in it.
public struct FetchProgress: Hashable, Sendable {
  /// The source.
  public var source: String
  /// The member, or where it is read from.
  public var member: String
  /// Bytes received so far.
  public var received: Int
  /// Bytes there will be, if that is known.
  public var expected: Int?
  /// What happened; nil if bytes came.
  public var event: FetchEvent?

  /// Makes a value from its parts.
  public init(
    source: String, member: String, received: Int = 0, expected: Int? = nil,
    event: FetchEvent? = nil
  ) {
    self.source = source
    self.member = member
    self.received = received
    self.expected = expected
    self.event = event
  }
}

/// Something in a fetch that is worth a line in the log.
public enum FetchEvent: Hashable, Sendable {
  /// The server sent us to another address.
  case redirected(from: String, to: String)
  /// An attempt ended in passing trouble; the next one follows after a wait.
  case waiting(seconds: Double, attempt: Int, attempts: Int, problem: FetchProblem)
  /// The server says that nothing changed.
  case notModified(uri: String)
  /// Nothing changed, but the stored copy is gone: fetched again without a condition.
  case copyGone(uri: String)
  /// Which commit a branch or tag stands for could not be asked.
  case commitUnknown(repository: String, ref: String)

  /// The event in one line.
  public var text: String {
    switch self {
    case .redirected(let from, let to): "\(from) redirects to \(to)"
    case .waiting(let seconds, let attempt, let attempts, let problem):
      "attempt \(attempt) of \(attempts): \(problem.text.what) (\(problem.text.code)); "
        + "next in \(FetchProblem.seconds(seconds))"
    case .notModified(let uri): "\(uri) did not change since the last fetch"
    case .copyGone(let uri): "the stored copy of \(uri) is gone, it is fetched again"
    case .commitUnknown(let repository, let ref):
      "GitHub does not say which commit \(ref) of \(repository) is"
    }
  }

  /// Whether it is worth a person's attention.
  public var isWarning: Bool {
    switch self {
    case .waiting, .copyGone: true
    case .redirected, .notModified, .commitUnknown: false
    }
  }
}
