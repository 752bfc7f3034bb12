// A fast hash of bytes for keys and comparisons inside one process or file; not for secrets.
//
// Multiplies 64 × 64 → 128 bits and folds the halves, as wyhash does. The result is the same on
// every run and machine, so it may be stored.

/// A 64-bit hash of bytes.
public enum ByteHash {
  @usableFromInline static let first: UInt64 = 0xA076_1D64_78BD_642F
  @usableFromInline static let second: UInt64 = 0xE703_7ED1_A0B4_28DB
  @usableFromInline static let third: UInt64 = 0x8EBC_6AF0_9C88_C6E3

  /// Multiplies and folds both halves of the product.
  @inlinable static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  /// The hash of some bytes.
  /// - Parameters:
  ///   - bytes: any bytes; their number counts too.
  ///   - seed: the hash of what stood before, for keys of several parts.
  /// - Returns: The same on every run and machine.
  @inlinable public static func hash(
    _ bytes: UnsafeBufferPointer<UInt8>, seed: UInt64 = 0
  ) -> UInt64 {
    var state = seed ^ first
    let count = bytes.count
    guard count > 0, let base = bytes.baseAddress else { return fold(state ^ second, third) }
    let raw = UnsafeRawPointer(base)
    var index = 0
    while index &+ 16 < count {
      let low = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let high = raw.loadUnaligned(fromByteOffset: index &+ 8, as: UInt64.self)
      state = fold(UInt64(littleEndian: low) ^ second, UInt64(littleEndian: high) ^ state)
      index &+= 16
    }
    let low: UInt64
    let high: UInt64
    let rest = count &- index
    if rest >= 8 {
      low = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      high = UInt64(
        littleEndian: raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self))
    } else if rest >= 4 {
      low = UInt64(
        UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt32.self)))
      high = UInt64(
        UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)))
    } else {
      low =
        UInt64(base[index]) << 16 | UInt64(base[index &+ rest >> 1]) << 8
        | UInt64(base[count &- 1])
      high = 0
    }
    return fold(second ^ UInt64(truncatingIfNeeded: count), fold(low ^ third, high ^ state))
  }

  /// The hash of a number.
  @inlinable public static func hash(_ value: Int64, seed: UInt64 = 0) -> UInt64 {
    fold(UInt64(bitPattern: value) ^ second ^ seed, third ^ seed)
  }

  /// The hash of a missing value, unlike that of any text's usual hash.
  @inlinable public static func hashOfNull(seed: UInt64 = 0) -> UInt64 {
    fold(seed ^ third, second)
  }
}
