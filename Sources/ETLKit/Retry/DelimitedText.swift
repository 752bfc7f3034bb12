// Delimited text as people edit it: fields without their quotes, and quotes where a value needs them.

/// The signs of one snapshot's text.
struct DelimitedText: Hashable, Sendable {
  var delimiter: UInt8 = UInt8(ascii: ",")
  var quote: UInt8? = UInt8(ascii: "\"")

  /// One field: where it stands, and its value without quotes.
  struct Field: Hashable {
    var range: Range<Int>
    var value: [UInt8]

    var text: String { String(decoding: value, as: UTF8.self) }
  }

  /// The fields of a record.
  func split(_ raw: [UInt8]) -> [Field] {
    var fields: [Field] = []
    var value: [UInt8] = []
    var start = 0
    var isQuoted = false
    var isAfterQuote = false
    for (index, byte) in raw.enumerated() {
      if isQuoted {
        if byte == quote {
          isQuoted = false
          isAfterQuote = true
        } else {
          value.append(byte)
        }
      } else if byte == delimiter {
        fields.append(Field(range: start..<index, value: value))
        value = []
        start = index + 1
        isAfterQuote = false
      } else if byte == quote, index == start {
        isQuoted = true
      } else if byte == quote, isAfterQuote {
        // A doubled quote inside a quoted field stands for one.
        value.append(byte)
        isQuoted = true
        isAfterQuote = false
      } else {
        value.append(byte)
        isAfterQuote = false
      }
    }
    fields.append(Field(range: start..<raw.count, value: value))
    return fields
  }

  /// The record with one field changed; fields that it lacks in front of it are added empty.
  func setting(
    _ field: Int, _ name: String, to value: String, in raw: [UInt8]
  ) throws(EngineError) -> [UInt8] {
    let written = try write(value, of: name)
    let fields = split(raw)
    guard field < fields.count else {
      let gap = [UInt8](repeating: delimiter, count: field - fields.count + 1)
      return raw + gap + written
    }
    let range = fields[field].range
    return Array(raw[..<range.lowerBound]) + written + Array(raw[range.upperBound...])
  }

  /// A whole record from its values.
  func join(_ values: [String]) throws(EngineError) -> [UInt8] {
    var raw: [UInt8] = []
    for (index, value) in values.enumerated() {
      if index > 0 { raw.append(delimiter) }
      raw += try write(value, of: "field \(index + 1)")
    }
    return raw
  }

  /// A value as the dialect writes it: in quotes where it would be read as something else.
  private func write(_ value: String, of name: String) throws(EngineError) -> [UInt8] {
    let bytes = Array(value.utf8)
    let isPlain = !bytes.contains {
      $0 == delimiter || $0 == 0x0A || $0 == 0x0D || ($0 == quote && quote != nil)
    }
    if isPlain { return bytes }
    guard let quote else { throw EngineError(.queue(.unwritable(field: name, .noQuotes))) }
    var written = [quote]
    for byte in bytes {
      if byte == quote { written.append(quote) }
      written.append(byte)
    }
    return written + [quote]
  }
}
