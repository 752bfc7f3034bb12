// Joins and lookups as values. Touches nothing.

/// Two columns that must be equal.
public struct KeyPair: Hashable, Sendable {
  /// The column of the records that flow.
  public var left: Located<String>
  /// The column of the other side.
  public var right: Located<String>

  /// Makes a pair.
  public init(left: Located<String>, right: Located<String>) {
    self.left = left
    self.right = right
  }
}

/// A join of two stages.
public struct JoinSpec: Hashable, Sendable {
  /// Which records without a partner stay.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// None.
    case inner
    /// Those of the left side, with nothing in the columns of the right.
    case left
    /// Those of the right side, with nothing in the columns of the left but the keys.
    case right
    /// Those of both sides.
    case full
    /// None; no column comes along, and a record stays once however many partners it has.
    case semi
    /// Only those of the left side; the ones with a partner are left out.
    case anti
  }

  /// How many partners a record may have; more is a broken promise and stops the run.
  public enum Cardinality: String, CaseIterable, Hashable, Sendable {
    /// One on each side.
    case oneToOne = "1:1"
    /// At most one on the right.
    case manyToOne = "n:1"
    /// At most one on the left.
    case oneToMany = "1:n"
    /// Any number.
    case manyToMany = "n:m"
  }

  /// What happens to a record without a partner.
  public enum UnmatchedPolicy: String, CaseIterable, Hashable, Sendable {
    /// It is counted as unmatched and goes no further.
    case drop
    /// The same, and the run tells it.
    case report
    /// It waits in the queue for its partner.
    case reject
    /// It goes on, with nothing in the columns of the other side.
    case keep
  }

  /// The side that leads.
  public var left: Located<String>
  /// The other side, whose columns other than the keys come along.
  public var right: Located<String>
  /// What must be equal.
  public var keys: [KeyPair]
  /// Which records without a partner stay.
  public var kind: Kind
  /// How many partners a record may have.
  public var cardinality: Cardinality
  /// What happens to records of the left without a partner.
  public var unmatchedLeft: UnmatchedPolicy
  /// What happens to records of the right without a partner.
  public var unmatchedRight: UnmatchedPolicy

  /// Makes a join; what is not given follows from the kind.
  public init(
    left: Located<String>, right: Located<String>, keys: [KeyPair], kind: Kind = .inner,
    cardinality: Cardinality? = nil, unmatchedLeft: UnmatchedPolicy? = nil,
    unmatchedRight: UnmatchedPolicy? = nil
  ) {
    self.left = left
    self.right = right
    self.keys = keys
    self.kind = kind
    let isMembership = kind == .semi || kind == .anti
    self.cardinality = cardinality ?? (isMembership ? .manyToMany : .manyToOne)
    self.unmatchedLeft = unmatchedLeft ?? (kind.keepsLeft ? .keep : .report)
    self.unmatchedRight =
      unmatchedRight ?? (kind.keepsRight ? .keep : isMembership ? .drop : .report)
  }

  /// Whether it can give more rows than its left side has.
  var isExpanding: Bool {
    switch kind {
    case .semi, .anti: false
    case .right, .full: true
    case .inner, .left: cardinality == .oneToMany || cardinality == .manyToMany
    }
  }
}

extension JoinSpec.Kind {
  /// Whether records of the left without a partner stay.
  var keepsLeft: Bool { self == .left || self == .full || self == .anti }
  /// Whether records of the right without a partner stay.
  var keepsRight: Bool { self == .right || self == .full }
}

/// A lookup of each record in another stage.
public struct LookupSpec: Hashable, Sendable {
  /// What happens to a record that is not found.
  public enum MissPolicy: String, CaseIterable, Hashable, Sendable {
    /// It waits in the queue until the other side changes.
    case reject
    /// It goes on, with nothing in the added columns.
    case null
    /// It is counted as unmatched and goes no further.
    case drop
    /// The run stops, nothing is published.
    case fail
  }

  /// The records that flow.
  public var from: Located<String>
  /// The stage that is looked into, from the key `in`.
  public var side: Located<String>
  /// What must be equal.
  public var keys: [KeyPair]
  /// The columns that are added.
  public var add: [SelectedColumn]
  /// What happens to a record that is not found.
  public var missing: MissPolicy

  /// Makes a lookup.
  public init(
    from: Located<String>, side: Located<String>, keys: [KeyPair], add: [SelectedColumn] = [],
    missing: MissPolicy = .reject
  ) {
    self.from = from
    self.side = side
    self.keys = keys
    self.add = add
    self.missing = missing
  }
}
