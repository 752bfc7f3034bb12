// What a crash left behind: prepared loads whose fate only the destination knows.

/// Settles loads that were prepared and never finished.
enum LoadRecovery {
  /// Asks the destination of each, which has the marker or has not; never guesses.
  ///
  /// Throws if the destination that is to be written now cannot be asked about an earlier load:
  /// whatever that load brought could otherwise be loaded twice.
  static func settle(_ state: StateFile, before destination: String) throws(EngineError) {
    for unresolved in try state.unresolvedLoads() where !unresolved.isOwnerAlive {
      let load = unresolved.load
      do throws(EngineError) {
        switch LoadMarker.ask(nonce: load.nonce, at: load.destination, settles: true) {
        case .present: try state.finalise(load)
        case .absent: try state.void(load)
        case .unknown(let problem):
          if load.destination == destination { throw EngineError(.load(problem), stage: "load") }
        }
      } catch {
        // Somebody else settled it at the same time.
        if case .state(.loadDecided) = error.problem { continue }
        throw error
      }
    }
  }
}
