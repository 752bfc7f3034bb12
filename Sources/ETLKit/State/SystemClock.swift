// The one place that asks the system what time it is.

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Timestamp {
  /// This moment, by the system's clock.
  public static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(
      microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }
}
