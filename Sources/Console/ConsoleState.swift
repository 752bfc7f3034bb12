// The console as a value: one field a screen, what lies over it, and what it still waits to know.

public import Cells
public import ETLKit

/// Everything a console shows and remembers.
public struct ConsoleState: Equatable, Sendable {
  /// What time it is, as the last tick said.
  public internal(set) var now: Timestamp
  /// The terminal's size.
  public internal(set) var size: CellSize
  /// The signs it draws with.
  public var glyphs: Glyphs

  var overview = OverviewState()
  var runs = RunsState()
  var run = RunDetailState()
  var retry = RetryState()
  var record = RecordState()
  var charts = ChartsState()

  /// The way to the screen in front, from its tab's first screen.
  var trail: [ScreenName] = [.overview]
  /// Where `` ` `` leads back to.
  var lastTrail: [ScreenName]?
  var overlay: Overlay?
  var toast: Toast?
  var status: WorkspaceStatus?
  /// Asked and not yet answered.
  var pending: Set<Question> = []
  /// Answered, and nothing has changed since.
  var known: Set<Question> = []
  /// Pending ones whose answer will be old when it comes.
  var again: Set<Question> = []
  /// Whether the console is about to leave.
  public internal(set) var isLeaving = false

  /// Makes the console that opens on the overview.
  public init(
    now: Timestamp, size: CellSize = CellSize(columns: 80, rows: 24), glyphs: Glyphs = .unicode
  ) {
    self.now = now
    self.size = size
    self.glyphs = glyphs
  }

  /// The screen in front.
  public var screen: ScreenName { trail.last ?? .overview }

  /// How long until the clock on the screen must move.
  public var secondsToTick: Double {
    if (status?.running ?? 0) > 0 { return 1 }
    let micros = now.microseconds % 60_000_000
    return max(1, Double(60_000_000 - (micros < 0 ? micros + 60_000_000 : micros)) / 1_000_000)
  }

  // MARK: The screen in front

  func inFront() -> any ConsoleScreen {
    switch screen {
    case .overview: overview
    case .runs: runs
    case .run: run
    case .retry: retry
    case .record: record
    case .charts: charts
    }
  }

  mutating func withFront<Result>(_ body: (inout any ConsoleScreen) -> Result) -> Result {
    var front = inFront()
    let result = body(&front)
    put(front)
    return result
  }

  mutating func put(_ screen: any ConsoleScreen) {
    switch screen {
    case let screen as OverviewState: overview = screen
    case let screen as RunsState: runs = screen
    case let screen as RunDetailState: run = screen
    case let screen as RetryState: retry = screen
    case let screen as RecordState: record = screen
    case let screen as ChartsState: charts = screen
    default: break
    }
  }

  // MARK: Going places

  /// Shows a tab's first screen.
  mutating func go(to tab: ScreenName) {
    guard trail != [tab] else { return }
    lastTrail = trail
    trail = [tab]
  }

  /// Goes into a screen below the one in front.
  mutating func open(_ screen: ScreenName) {
    lastTrail = trail
    trail.append(screen)
  }

  mutating func openRun(_ id: RunID) {
    run.show(id)
    if screen != .run { open(.run) }
  }

  /// Goes up one level; false at the top.
  mutating func goUp() -> Bool {
    if withFront({ $0.goBack() }) { return true }
    guard trail.count > 1 else { return false }
    lastTrail = trail
    trail.removeLast()
    return true
  }

  // MARK: Words

  mutating func say(_ text: String) { toast = Toast(kind: .note, text: text) }
  mutating func tell(_ text: String) { toast = Toast(kind: .done, text: text) }
  mutating func refuse(_ text: String) { toast = Toast(kind: .refused, text: text) }
}

/// What lies over the screen and takes all keys.
enum Overlay: Hashable, Sendable {
  case filter(FilterPrompt)
  case palette(PaletteState)
  case help(HelpState)
  case confirm(ConfirmBox)
  case field(FieldPrompt)
  case fix(FixState)
  case decide(HeldDecision)
}
