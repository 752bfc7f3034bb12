// gzip unpacked as a stream: several members, padding of zeros, and no end without an end mark.

internal import CZlib

/// Unpacks gzip, for one thread at a time; knows nothing of files.
final class Inflater {
  /// How the packed bytes are wrong.
  enum Fault: Error, Hashable {
    case notGzip
    case cut
    case corrupt(offset: Int, detail: String)
  }

  private enum Place { case start, inside, between, padding, over }

  private let stream: UnsafeMutablePointer<z_stream>
  private let input: UnsafeMutableRawBufferPointer
  private var place = Place.start
  private var isEnded = false

  /// Packed bytes used so far.
  private(set) var packedPosition = 0
  /// Zero bytes found behind the last member.
  private(set) var padding = 0

  init(bufferSize: Int = 256 << 10) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    input = .allocate(byteCount: max(2, bufferSize), alignment: 16)
    let result = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "zlib has no memory or is another version than its header")
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
    input.deallocate()
  }

  /// Unpacks into a buffer; 0 is the end.
  ///
  /// `refill` gives more packed bytes, 0 at their end; `fault` makes the error to throw.
  func read<Failure: Error>(
    into output: UnsafeMutableRawBufferPointer,
    fault: (Fault) -> Failure,
    refill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) -> Int {
    guard !output.isEmpty else { return 0 }
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(min(output.count, Int(UInt32.max)))
    let capacity = Int(stream.pointee.avail_out)
    while true {
      if place == .start || place == .between {
        try fillForHeader(refill)
        try begin(fault)
      }
      if place == .padding { try skipPadding(fault, refill) }
      if place == .over { return capacity - Int(stream.pointee.avail_out) }
      if stream.pointee.avail_in == 0 { try fill(refill) }
      let before = Int(stream.pointee.avail_in)
      let result = inflate(stream, Z_NO_FLUSH)
      packedPosition += before - Int(stream.pointee.avail_in)
      switch result {
      case Z_STREAM_END: place = .between
      case Z_OK: break
      case Z_BUF_ERROR where isEnded && stream.pointee.avail_in == 0:
        throw fault(.cut)
      case Z_BUF_ERROR: break
      default:
        let detail = stream.pointee.msg.map { String(cString: $0) } ?? "code \(result)"
        throw fault(.corrupt(offset: packedPosition, detail: detail))
      }
      if stream.pointee.avail_out == 0 { return capacity }
    }
  }

  /// Decides what stands where a member may begin.
  private func begin<Failure: Error>(
    _ fault: (Fault) -> Failure
  ) throws(Failure) {
    let count = Int(stream.pointee.avail_in)
    let isFirst = place == .start
    if count == 0 {
      // Nothing at all is no gzip either: even an empty text has an end mark.
      guard !isFirst else { throw fault(.cut) }
      place = .over
      return
    }
    guard let next = stream.pointee.next_in else { return }
    let isGzip = next[0] == 0x1f && (count < 2 || next[1] == 0x8b)
    if isGzip {
      place = .inside
      if !isFirst { inflateReset(stream) }
    } else if isFirst {
      throw fault(.notGzip)
    } else if next[0] == 0 {
      place = .padding
    } else {
      throw fault(
        .corrupt(offset: packedPosition, detail: "bytes that are not gzip follow a finished part"))
    }
  }

  private func skipPadding<Failure: Error>(
    _ fault: (Fault) -> Failure,
    _ refill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) {
    while true {
      let count = Int(stream.pointee.avail_in)
      if count == 0 {
        if isEnded { break }
        try fill(refill)
        continue
      }
      for index in 0..<count {
        guard stream.pointee.next_in?[index] == 0 else {
          throw fault(
            .corrupt(offset: packedPosition + index, detail: "bytes follow the zero padding"))
        }
      }
      padding += count
      packedPosition += count
      stream.pointee.avail_in = 0
    }
    place = .over
  }

  /// Sees to it that two bytes are there, or the end.
  private func fillForHeader<Failure: Error>(
    _ refill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) {
    while stream.pointee.avail_in < 2, !isEnded { try fill(refill) }
  }

  /// Reads more input behind what is left of it.
  private func fill<Failure: Error>(
    _ refill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) {
    guard !isEnded else { return }
    let left = Int(stream.pointee.avail_in)
    if left > 0, let next = stream.pointee.next_in {
      input.copyMemory(from: UnsafeRawBufferPointer(start: next, count: left))
    }
    let count = try refill(UnsafeMutableRawBufferPointer(rebasing: input[left...]))
    isEnded = count == 0
    stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_in = UInt32(left + count)
  }
}
