// What a crash left behind: prepared loads whose fate only the destination knows.

/// Settles loads that were prepared and never finished.
enum LoadRecovery {
  /// Asks the destination of each, which has the marker or has not; never guesses.
  static func settle(_ state: StateFile, workspace: Workspace) throws(EngineError) {
    for unresolved in try state.unresolvedLoads() where !unresolved.isOwnerAlive {
      let load = unresolved.load
      switch LoadMarker.isPresent(nonce: load.nonce, at: load.destination) {
      case true: try state.finalise(load)
      case false: try state.void(load)
      case nil: continue
      }
    }
  }
}
