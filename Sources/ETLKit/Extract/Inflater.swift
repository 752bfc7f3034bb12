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

  private let zlib: InflateStream
  private var place = Place.start
  private var isEnded = false

  /// Packed bytes used so far.
  private(set) var packedPosition = 0
  /// Zero bytes found behind the last member.
  private(set) var padding = 0

  init(bufferSize: Int = 256 << 10) {
    zlib = InflateStream(.gzip, bufferSize: bufferSize)
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
    zlib.state.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    zlib.state.pointee.avail_out = UInt32(min(output.count, Int(UInt32.max)))
    let capacity = Int(zlib.state.pointee.avail_out)
    while true {
      if place == .start || place == .between {
        try fillForHeader(refill)
        try begin(fault)
      }
      if place == .padding { try skipPadding(fault, refill) }
      if place == .over { return capacity - Int(zlib.state.pointee.avail_out) }
      if zlib.state.pointee.avail_in == 0 { try fill(refill) }
      let before = Int(zlib.state.pointee.avail_in)
      let result = inflate(zlib.state, Z_NO_FLUSH)
      packedPosition += before - Int(zlib.state.pointee.avail_in)
      switch result {
      case Z_STREAM_END: place = .between
      case Z_OK: break
      case Z_BUF_ERROR where isEnded && zlib.state.pointee.avail_in == 0:
        throw fault(.cut)
      case Z_BUF_ERROR: break
      default:
        let detail = zlib.state.pointee.msg.map { String(cString: $0) } ?? "code \(result)"
        throw fault(.corrupt(offset: packedPosition, detail: detail))
      }
      if zlib.state.pointee.avail_out == 0 { return capacity }
    }
  }

  /// Decides what stands where a member may begin.
  private func begin<Failure: Error>(
    _ fault: (Fault) -> Failure
  ) throws(Failure) {
    let count = Int(zlib.state.pointee.avail_in)
    let isFirst = place == .start
    if count == 0 {
      // Nothing at all is no gzip either: even an empty text has an end mark.
      guard !isFirst else { throw fault(.cut) }
      place = .over
      return
    }
    guard let next = zlib.state.pointee.next_in else { return }
    let isGzip = next[0] == 0x1f && (count < 2 || next[1] == 0x8b)
    if isGzip {
      place = .inside
      if !isFirst { inflateReset(zlib.state) }
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
      let count = Int(zlib.state.pointee.avail_in)
      if count == 0 {
        if isEnded { break }
        try fill(refill)
        continue
      }
      for index in 0..<count {
        guard zlib.state.pointee.next_in?[index] == 0 else {
          throw fault(
            .corrupt(offset: packedPosition + index, detail: "bytes follow the zero padding"))
        }
      }
      padding += count
      packedPosition += count
      zlib.state.pointee.avail_in = 0
    }
    place = .over
  }

  /// Sees to it that two bytes are there, or the end.
  private func fillForHeader<Failure: Error>(
    _ refill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) {
    while zlib.state.pointee.avail_in < 2, !isEnded { try fill(refill) }
  }

  /// Reads more input behind what is left of it.
  private func fill<Failure: Error>(
    _ refill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) {
    guard !isEnded else { return }
    let left = Int(zlib.state.pointee.avail_in)
    if left > 0, let next = zlib.state.pointee.next_in {
      zlib.input.copyMemory(from: UnsafeRawBufferPointer(start: next, count: left))
    }
    let count = try refill(UnsafeMutableRawBufferPointer(rebasing: zlib.input[left...]))
    isEnded = count == 0
    zlib.state.pointee.next_in = zlib.input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    zlib.state.pointee.avail_in = UInt32(left + count)
  }
}
