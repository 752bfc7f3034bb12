// All the ways bytes can arrive that are worth trying, and random numbers that can be repeated.

enum Chunkings {
  /// Whole, byte by byte, and every cut in two.
  static func all(of input: [UInt8]) -> [[[UInt8]]] {
    var result = [[input], input.map { [$0] }]
    for cut in stride(from: 1, to: max(1, input.count), by: 1) {
      result.append([Array(input[..<cut]), Array(input[cut...])])
    }
    return result
  }

  static func random(of input: [UInt8], using random: inout SplitMix64) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var index = 0
    while index < input.count {
      let next = min(input.count, index + Int.random(in: 1...9, using: &random))
      result.append(Array(input[index..<next]))
      index = next
    }
    return result
  }
}

/// A small generator whose runs can be repeated by their seed.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
