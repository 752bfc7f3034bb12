// Tells that something in a workspace changed: the state file, a lock, a pipeline file.
//
// One thread sleeps in the kernel until a file changes; nothing is asked again and again.

internal import Foundation
internal import Synchronization

/// Watches a workspace for changes.
public final class WorkspaceWatch: Sendable {
  /// After a change, further ones are gathered for this long, so that a busy run is not a busy console.
  public static let pause: Duration = .milliseconds(150)

  private let watcher: Watcher

  /// Starts watching; folders that are not there yet are watched as soon as they are made.
  public init(_ workspace: Workspace) {
    watcher = Watcher(workspace: workspace)
  }

  deinit { watcher.stop() }

  /// One value after each change, or several changes close together; each call makes a stream of its own.
  ///
  /// A stream that is not read holds one value at most. It ends when the watch goes away.
  public func changes() -> AsyncStream<Void> { watcher.stream() }
}

/// The thread's side of a watch.
private final class Watcher: Sendable {
  private struct State {
    var streams: [Int: AsyncStream<Void>.Continuation] = [:]
    var next = 0
    var isStopped = false
  }

  private let workspace: Workspace
  private let state = Mutex(State())
  private let notifier: Int32
  /// Written to once, to wake the thread for its end.
  private let wake: (read: Int32, write: Int32)

  init(workspace: Workspace) {
    self.workspace = workspace
    notifier = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    wake = (ends[0], ends[1])
    // Watched before the first stream is handed out: a change right after that is not missed.
    let folders = WatchedFolders(workspace: workspace, notifier: notifier)
    let thread = Thread { self.run(folders) }
    thread.stackSize = 256 << 10
    thread.name = "workspace-watch"
    thread.start()
  }

  func stream() -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let number: Int? = state.withLock { state in
        guard !state.isStopped else { return nil }
        state.next += 1
        state.streams[state.next] = continuation
        return state.next
      }
      guard let number else { return continuation.finish() }
      continuation.onTermination = { [weak self] _ in
        self?.state.withLock { _ = $0.streams.removeValue(forKey: number) }
      }
    }
  }

  func stop() {
    let isFirst = state.withLock { state in
      defer { state.isStopped = true }
      return !state.isStopped
    }
    guard isFirst else { return }
    var byte: UInt8 = 0
    write(wake.write, &byte, 1)
  }

  private func run(_ folders: WatchedFolders) {
    var folders = folders
    let pause = Int32(WorkspaceWatch.pause.inSeconds * 1000)
    // Without the kernel's help (too many watches) the files are looked at once a second.
    let timeout: Int32 = notifier >= 0 ? -1 : 1000
    var stamp = folders.stamp
    while true {
      var waits = [
        pollfd(fd: notifier, events: Int16(POLLIN), revents: 0),
        pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&waits, 2, timeout)
      if waits[1].revents != 0 { break }
      if count < 0 && errno != EINTR { break }
      if notifier < 0 {
        let now = folders.stamp
        guard now != stamp else { continue }
        stamp = now
      } else {
        guard folders.drain() else { continue }
      }
      // Copied out first: yielding may end a stream, and its end takes the lock.
      for stream in state.withLock({ Array($0.streams.values) }) { stream.yield() }
      // What happens meanwhile stays in the kernel's queue and is told in one go.
      var end = pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0)
      if poll(&end, 1, pause) > 0 { break }
    }
    let streams = state.withLock { state in
      defer { state.streams = [:] }
      state.isStopped = true
      return Array(state.streams.values)
    }
    for stream in streams { stream.finish() }
    if notifier >= 0 { close(notifier) }
    close(wake.read)
    close(wake.write)
  }
}
