// The shape of the tables of keys; the tables themselves are in `KeyTable+….swift`. They decide what
// is read, what a message says, and what a reference lists. Touches nothing.

/// One key of the pipeline language.
struct KeySpec: Hashable, Sendable {
  /// How far a key is built.
  enum Support: Hashable, Sendable {
    case built
    /// Nothing that is loaded depends on it: it is read over, with a warning.
    case ignored
    /// What people look for here stands somewhere else: it is refused, and told what to write.
    case elsewhere(String)
  }

  let name: String
  let expects: KeyExpectation
  let isRequired: Bool
  let help: String
  let support: Support

  init(
    _ name: String, _ expects: KeyExpectation, required: Bool = false,
    support: Support = .built, _ help: String
  ) {
    self.name = name
    self.expects = expects
    self.isRequired = required
    self.help = help
    self.support = support
  }
}

/// The keys that may stand together in one map.
struct KeyTable: Hashable, Sendable {
  /// What the map is, for messages: "a source of type http".
  let title: String
  let keys: [KeySpec]

  subscript(name: String) -> KeySpec? {
    keys.first { $0.name == name }
  }
}
