// zlib's state for unpacking and the packed bytes it reads from, freed with their owner.

internal import CZlib

/// Owns one unpacking by zlib, for one thread at a time.
final class InflateStream {
  /// What stands in front of the packed bytes.
  enum Framing: Int32 {
    /// Nothing, as in zip archives.
    case raw = -15
    case gzip = 31
  }

  let state: UnsafeMutablePointer<z_stream>
  let input: UnsafeMutableRawBufferPointer

  init(_ framing: Framing, bufferSize: Int = 256 << 10) {
    state = .allocate(capacity: 1)
    state.initialize(to: z_stream())
    input = .allocate(byteCount: max(2, bufferSize), alignment: 16)
    let size = Int32(MemoryLayout<z_stream>.size)
    let result = inflateInit2_(state, framing.rawValue, ZLIB_VERSION, size)
    precondition(result == Z_OK, "zlib has no memory or is another version than its header")
  }

  deinit {
    inflateEnd(state)
    state.deinitialize(count: 1)
    state.deallocate()
    input.deallocate()
  }
}
