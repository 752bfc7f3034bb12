// Runs the screen's jobs on one thread, which rests in `poll` when there are none.
//
// So curses is used by one thread only, the terminal is read without a thread of its own, and an idle
// program is not woken at all.

import CNcurses
import Glibc
import Synchronization

/// A serial executor that watches descriptors between jobs.
final class PollExecutor: SerialExecutor {
  private struct Queue {
    var jobs: [UnownedJob] = []
    var isStopping = false
    var thread: pthread_t?
  }

  private let queue = Mutex(Queue())
  private let wake = nc_wake_open()

  deinit {
    close(wake)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isFirst = queue.withLock { queue in
      queue.jobs.append(job)
      return queue.jobs.count == 1
    }
    if isFirst { nc_wake(wake) }
  }

  func isIsolatingCurrentContext() -> Bool? {
    guard let thread = queue.withLock({ $0.thread }) else { return nil }
    return pthread_equal(thread, pthread_self()) != 0
  }

  func checkIsolated() {
    precondition(isIsolatingCurrentContext() == true, "the screen is used on its own thread only")
  }

  /// Makes `run` return once the jobs at hand are done.
  func stop() {
    queue.withLock { $0.isStopping = true }
    nc_wake(wake)
  }

  /// Runs jobs on the calling thread until `stop`; from then on, that thread owns them.
  /// - Parameters:
  ///   - watched: What to watch besides, asked before each rest: descriptors, the events that matter,
  ///     and the milliseconds to rest at most (−1: for ever).
  ///   - handle: Takes what happened, or an empty list after a rest.
  func run(
    watching watched: () -> (descriptors: [pollfd], timeout: Int32),
    handle: ([pollfd]) -> Void
  ) {
    queue.withLock { $0.thread = pthread_self() }
    var jobs: [UnownedJob] = []
    while true {
      jobs.removeAll(keepingCapacity: true)
      let isStopping = queue.withLock { queue in
        swap(&jobs, &queue.jobs)
        return queue.isStopping
      }
      for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
      if isStopping, jobs.isEmpty { break }

      var (descriptors, timeout) = watched()
      descriptors.append(pollfd(fd: wake, events: Int16(POLLIN), revents: 0))
      let count = poll(&descriptors, nfds_t(descriptors.count), timeout)
      if count > 0, descriptors.removeLast().revents != 0 { nc_wake_drain(wake) }
      handle(count > 0 ? descriptors.filter { $0.revents != 0 } : [])
    }
  }
}
