// Lines of fixed width as people edit them: values without the blanks around them, and the blanks back.

internal import Records

/// The fields of lines of one layout.
struct FixedText: Hashable, Sendable {
  let layout: FixedWidth
  private let blank = UInt8(ascii: " ")

  init(_ layout: FixedWidth) { self.layout = layout }

  /// The values of a line, without the blanks around them.
  func values(_ raw: [UInt8]) -> [String] {
    layout.fields.map { field in
      String(decoding: trimmed(raw[range(of: field, in: raw)]), as: UTF8.self)
    }
  }

  /// The line with one field changed, on the side of its place where the value stood.
  func setting(
    _ field: Int, _ name: String, to value: String, in raw: [UInt8]
  ) throws(EngineError) -> [UInt8] {
    guard layout.fields.indices.contains(field) else { return raw }
    guard !value.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else {
      throw EngineError(.queue(.unwritable(field: name, .lineBreak)))
    }
    let place = layout.fields[field]
    let length = layout.unit == .bytes ? value.utf8.count : value.unicodeScalars.count
    guard length <= place.width else {
      throw EngineError(
        .queue(
          .unwritable(
            field: name,
            .tooLong(length, most: place.width, unit: layout.unit.rawValue))))
    }
    let lacking = place.start - self.length(of: raw[...])
    let line = raw + [UInt8](repeating: blank, count: max(0, lacking))
    let range = range(of: place, in: line)
    let blanks = [UInt8](repeating: blank, count: place.width - length)
    let written =
      standsRight(line[range], value) ? blanks + Array(value.utf8) : Array(value.utf8) + blanks
    return line[..<range.lowerBound] + written + line[range.upperBound...]
  }

  /// Whether a value belongs at the end of its place: as the old one did, else as numbers do.
  private func standsRight(_ old: ArraySlice<UInt8>, _ value: String) -> Bool {
    switch (old.first == blank, old.last == blank) {
    case (true, false): true
    case (false, true): false
    default:
      value.utf8.contains { (0x30...0x39).contains($0) }
        && value.utf8.allSatisfy { (0x2B...0x39).contains($0) && $0 != UInt8(ascii: "/") }
    }
  }

  private func trimmed(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var field = field.drop { $0 == blank || $0 == 0x09 }
    while let last = field.last, last == blank || last == 0x09 { field = field.dropLast() }
    return field
  }

  /// Where a field's bytes are in a line, as far as the line has them.
  private func range(of field: FixedField, in raw: [UInt8]) -> Range<Int> {
    offset(of: field.start, in: raw)..<offset(of: field.end, in: raw)
  }

  private func offset(of place: Int, in raw: [UInt8]) -> Int {
    guard layout.unit == .characters else { return min(place, raw.count) }
    var left = place
    for (index, byte) in raw.enumerated() where isLead(byte) {
      if left == 0 { return index }
      left -= 1
    }
    return raw.count
  }

  private func length(of raw: ArraySlice<UInt8>) -> Int {
    layout.unit == .bytes ? raw.count : raw.count(where: isLead)
  }

  /// Whether a byte of UTF-8 begins a character.
  private func isLead(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }
}
