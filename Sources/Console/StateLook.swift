// The state vocabulary: one sign, one word and one ink for each state, the same on every screen.

import Cells
import ETLKit

/// How a state looks: take away the colour and sign and word remain.
struct StateLook: Hashable, Sendable {
  enum Word: String, Hashable, Sendable {
    case ok, running, queued, rejects, retrying, failed, paused, skipped, cancelled, stale, held
  }

  let word: Word

  init(_ word: Word) { self.word = word }

  init(_ state: RunState, kind: RunKind = .manual, isOwned: Bool = true) {
    switch state {
    case .queued: word = .queued
    case .running where !isOwned: word = .stale
    case .running: word = kind == .retry ? .retrying : .running
    case .paused: word = .paused
    case .succeeded, .unchanged: word = .ok
    case .partial: word = .rejects
    case .failed, .crashed: word = .failed
    case .cancelled: word = .cancelled
    case .skipped: word = .skipped
    }
  }

  /// A run whose load is held back waits for a person, which says more than that it failed.
  init(_ run: RunRow) {
    self = run.isHeld ? Self(.held) : Self(run.state, kind: run.kind, isOwned: run.isOwned)
  }

  init(_ stage: StageState, rejected: Int = 0) {
    switch stage {
    case .pending: word = .queued
    case .running: word = .running
    case .succeeded: word = .ok
    case .failed: word = .failed
    case .skipped: word = .skipped
    case .reused: word = .ok
    }
  }

  init(_ check: CheckResult) {
    switch check.outcome {
    case .pass: word = .ok
    case .warn: word = .rejects
    case .fail, .error: word = .failed
    case .skip: word = .skipped
    }
  }

  init(_ reject: RejectState) {
    switch reject {
    case .waiting: word = .rejects
    case .scheduled: word = .queued
    case .claimed: word = .retrying
    case .loaded, .superseded: word = .ok
    case .dead: word = .failed
    case .discarded: word = .cancelled
    }
  }

  func sign(_ glyphs: Glyphs) -> Character {
    switch word {
    case .ok: glyphs.ok
    case .running: glyphs.running
    case .queued: glyphs.queued
    case .rejects: glyphs.rejects
    case .retrying: glyphs.retrying
    case .failed: glyphs.failed
    case .paused: glyphs.paused
    case .skipped: glyphs.skipped
    case .cancelled: glyphs.cancelled
    case .stale: glyphs.stale
    case .held: glyphs.paused
    }
  }

  var ink: Ink {
    switch word {
    case .ok: .ok
    case .running: .running
    case .queued: .queued
    case .rejects: .rejects
    case .retrying: .retrying
    case .failed: .failed
    case .paused: .paused
    case .skipped: .skipped
    case .cancelled: .cancelled
    case .stale: .stale
    case .held: .failed
    }
  }

  /// Trouble first, then what moves, then the rest.
  var gravity: Int {
    switch word {
    case .failed, .held: 0
    case .stale: 1
    case .rejects: 2
    case .retrying: 3
    case .running: 4
    case .queued: 5
    case .paused: 6
    case .cancelled: 7
    case .skipped: 8
    case .ok: 9
    }
  }

  var isProblem: Bool { [.failed, .held, .stale, .rejects].contains(word) }
  var isMoving: Bool { word == .running || word == .retrying }
}

extension Level {
  var ink: Ink {
    switch self {
    case .debug: .debug
    case .info: .info
    case .warn: .warn
    case .error: .error
    }
  }
}
