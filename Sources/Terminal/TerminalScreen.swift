// The screen: frames in, inputs out. The only actor that touches curses.
//
// Everything here happens on the thread that called `run`, between two rests of its executor.

import CNcurses
public import Cells
import Glibc

/// The terminal this program runs in.
public actor TerminalScreen: Display {
  // Thirty frames a second are enough; the first after a rest is painted at once.
  private static let frameMilliseconds = 33
  private static let resizeMilliseconds = 30

  /// The signs the terminal can show; frames are drawn with these.
  public nonisolated let glyphs: Glyphs
  /// The size at the start; also the first of the inputs.
  public nonisolated let initialSize: CellSize
  /// Runs this actor on the thread that called `run`.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  nonisolated let executor = PollExecutor()
  private nonisolated let queue = InputQueue()

  private let device: TerminalDevice
  private let isModern: Bool
  private let signals: Int32
  private var output: TerminalOutput
  private var decoder: KeyDecoder
  private var painter: FramePainter
  private var size: CellSize

  private var wanted: CellGrid?
  private var wantedSince = 0
  private var shown: CellGrid?
  private var lastPaint = -1_000
  private var needsModes = true

  private var resizeAt: Int?
  private var resizedAt = -1_000
  private var keyAt: Int?
  private var resumedAt = -1_000
  private var hasEnded = false

  // MARK: Opening

  init(theme: Theme) throws(TerminalError) {
    let device = try TerminalDevice()
    let abilities = try TerminalAbilities { name in getenv(name).map { String(cString: $0) } }
    let size = device.size
    let signals = nc_signals_open()
    guard signals >= 0 else { throw .refused(what: "a pipe for signals") }
    guard nc_open(abilities.type, Int32(size.rows), Int32(size.columns), abilities.wantsColors)
    else {
      nc_signals_close()
      throw .refused(what: "a screen of type \(abilities.type)")
    }
    nc_guard()
    TerminalRestore.arm(device.output, isModern: abilities.isModern)
    guard nc_raw_terminal(device.input) else {
      nc_disarm()
      nc_delete()
      nc_signals_close()
      throw .refused(what: "to hand over keys as they come")
    }
    self.device = device
    self.size = size
    glyphs = abilities.glyphs
    initialSize = size
    isModern = abilities.isModern
    output = TerminalOutput(descriptor: device.output, blocks: device.outputBlocks)
    decoder = KeyDecoder(described: TerminalAbilities.describedKeys())
    painter = FramePainter(
      theme: theme, depth: TerminalAbilities.depth(wantsColors: abilities.wantsColors),
      isPlain: !abilities.glyphs.isUnicode)
    self.signals = signals
    queue.add(.resize(size))
  }

  // MARK: Display

  /// What happens at the terminal; for one reader.
  ///
  /// Starts with the size.
  public nonisolated func inputs() -> AsyncStream<Input> { queue.stream() }

  /// Shows a frame soon; of several, the newest.
  ///
  /// Never waits for the terminal.
  public func present(_ frame: CellGrid) {
    guard !hasEnded else { return }
    // A frame laid out before the resize was known; the right one is on its way.
    if frame.size != size, now - resizedAt < 100 { return }
    if wanted == nil { wantedSince = now }
    wanted = frame.fitted(to: size)
  }

  /// Shows everything in another theme from the next frame on.
  public func use(_ theme: Theme) {
    painter.use(theme)
    wanted = wanted ?? shown
    shown = nil
  }

  /// Paints the whole screen again, for when something else has written on it.
  public func paintAgain() {
    guard !hasEnded else { return }
    repaint()
  }

  /// Offers text to the clipboard of the person's terminal, which may refuse it (OSC 52).
  ///
  /// The text goes out encoded, so nothing in it can act on the terminal; at most 64 KiB of it.
  public func copy(_ text: String) {
    guard !hasEnded, isModern else { return }
    output.send("\u{1b}]52;c;\(Base64.encode(Array(text.utf8.prefix(65_536))))\u{7}")
  }

  // MARK: Between rests

  private var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
  }

  func beforeRest() -> (descriptors: [pollfd], timeout: Int32) {
    var descriptors = [pollfd(fd: signals, events: Int16(POLLIN), revents: 0)]
    guard !hasEnded else { return (descriptors, -1) }
    paintIfDue()
    descriptors.append(pollfd(fd: device.input, events: Int16(POLLIN), revents: 0))
    if output.isWaiting {
      descriptors.append(pollfd(fd: device.output, events: Int16(POLLOUT), revents: 0))
    }
    let deadlines = [keyAt, resizeAt, wanted == nil ? nil : paintAt].compactMap { $0 }
    guard let next = deadlines.min() else { return (descriptors, -1) }
    return (descriptors, Int32(clamping: max(next - now, 0)))
  }

  func afterRest(_ events: [pollfd]) {
    for event in events where event.fd == signals { takeSignals() }
    guard !hasEnded else { return }
    for event in events where event.fd == device.output { output.flush() }
    for event in events where event.fd == device.input { takeKeys() }
    if output.isGone { end(.hangup) }
    guard !hasEnded else { return }
    if let due = keyAt, due <= now {
      keyAt = nil
      deliver(decoder.giveUp())
    }
    if let due = resizeAt, due <= now {
      resizeAt = nil
      takeSize()
    }
  }

  // MARK: Painting

  /// When the wanted frame may be painted, if the line is free then.
  private var paintAt: Int {
    // While inputs wait for the reader, a newer frame is about to come.
    let earliest = queue.isEmpty ? 0 : wantedSince + Self.frameMilliseconds
    let next = max(lastPaint + Self.frameMilliseconds, earliest)
    return output.isBehind ? max(next, now + 20) : next
  }

  private func paintIfDue() {
    guard let frame = wanted, paintAt <= now else { return }
    wanted = nil
    painter.paint(frame, over: shown) { output.send($0) }
    shown = frame
    lastPaint = now
    if needsModes, isModern {
      output.send("\u{1b}[?2004h")
      needsModes = false
    }
  }

  private func repaint() {
    nc_repaint()
    painter.forget()
    wanted = wanted ?? shown
    shown = nil
  }

  // MARK: Inputs

  private func takeKeys() {
    // Everything that waits, up to a large paste; the rest in the next round.
    for _ in 0..<64 {
      switch device.read() {
      case .bytes(let bytes): deliver(decoder.feed(bytes))
      case .nothing:
        keyAt = decoder.patience.map { now + $0 }
        return
      case .gone:
        end(.hangup)
        return
      }
      guard !hasEnded else { return }
    }
    keyAt = decoder.patience.map { now + $0 }
  }

  private func deliver(_ inputs: [Input]) {
    for input in inputs {
      switch input {
      case .key(.control("z")): stop()
      case .key(.control("l")): repaint()
      default: queue.add(input)
      }
      if hasEnded { return }
    }
  }

  private func takeSignals() {
    var numbers = [UInt8](repeating: 0, count: 64)
    let count = read(signals, &numbers, numbers.count)
    guard count > 0 else { return }
    for number in numbers.prefix(count).map(Int32.init) {
      guard !hasEnded else { return }
      switch number {
      case SIGWINCH: resizeAt = now + Self.resizeMilliseconds
      case SIGHUP: end(.hangup)
      case SIGTERM, SIGINT, SIGQUIT: end(.terminate)
      case SIGTSTP: stop()
      // Stopped by somebody else, who may have changed the terminal; our own stop is known.
      case SIGCONT where now - resumedAt > 200: enter()
      default: break
      }
    }
  }

  private func takeSize() {
    let current = device.size
    guard current != size else { return }
    size = current
    resizedAt = now
    nc_resize(Int32(size.rows), Int32(size.columns))
    shown = nil
    wanted = nil
    queue.add(.resize(size))
  }

  // MARK: Leaving and coming back

  private func stop() {
    leave()
    nc_stop()
    enter()
  }

  private func enter() {
    _ = nc_raw_terminal(device.input)
    TerminalRestore.arm(device.output, isModern: isModern)
    resumedAt = now
    lastPaint = -1_000
    needsModes = true
    repaint()
    takeSize()
    queue.add(.resumed)
  }

  private func leave() {
    // What is on its way gets a moment; a line that is stuck gets none.
    var tries = 5
    while output.isWaiting, !output.isGone, tries > 0 {
      var room = pollfd(fd: device.output, events: Int16(POLLOUT), revents: 0)
      poll(&room, 1, 10)
      output.flush()
      tries -= 1
    }
    output.drop()
    nc_restore()
    nc_end()
    var count = 0
    _ = nc_take(&count)  // What curses would have printed has just been printed.
  }

  private func end(_ input: Input) {
    guard !hasEnded else { return }
    hasEnded = true
    wanted = nil
    leave()
    queue.add(input)
    queue.finish()
  }

  func close() {
    if !hasEnded {
      hasEnded = true
      leave()
      queue.finish()
    }
    nc_signals_close()
    nc_delete()
    device.close()
  }
}

extension CellGrid {
  /// The same cells on a grid of another size.
  fileprivate func fitted(to size: CellSize) -> CellGrid {
    guard size != self.size else { return self }
    var grid = CellGrid(size: size, glyphs: glyphs)
    for row in 0..<min(size.rows, self.size.rows) {
      for column in 0..<min(size.columns, self.size.columns) {
        grid[column, row] = self[column, row]
      }
    }
    grid.cursor = cursor
    return grid
  }
}
