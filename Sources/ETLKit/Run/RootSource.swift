// The source whose records the rows of a pass are.

/// The source at the root of a pass.
struct RootSource: Sendable {
  /// Its name.
  var name: String
  /// The seed of its records' identities.
  var seed: UInt64
  /// Its snapshots, as the origin of a batch names them.
  var snapshots: [Snapshot]
  /// The file, for messages.
  var place: String { snapshots.first?.uri ?? name }

  init(name: String, snapshots: [Snapshot]) {
    self.name = name
    self.snapshots = snapshots
    seed = RecordIdentity.seed(of: name)
  }
}
