// The fields of one raw record by name, for people to look at. Loading never uses this.

internal import Foundation
internal import Records

/// Splits a raw record for display.
enum RecordFields {
  /// The fields with their names and faults; none if the file's header is not known.
  ///
  /// The dialect is the JSON text of two numbers: delimiter, and quote or -1.
  static func split(
    raw: Data, header: [String], dialect: String?, faults: [RecordFault]
  ) -> [RecordField] {
    guard !header.isEmpty, let numbers = fromJSON(dialect, as: [Int].self), numbers.count == 2
    else { return [] }
    let delimiter = UInt8(clamping: numbers[0])
    let quote = numbers[1] < 0 ? nil : UInt8(clamping: numbers[1])
    let values = split(raw, delimiter: delimiter, quote: quote)
    return values.enumerated().map { index, value in
      let name = index < header.count ? header[index] : "field \(index + 1)"
      let fault = faults.first { fault in
        fault.position.map { $0 == index + 1 } ?? (fault.column == name)
      }
      return RecordField(name: name, value: value, fault: fault.map(FaultText.sentence))
    }
  }

  private static func split(_ raw: Data, delimiter: UInt8, quote: UInt8?) -> [String] {
    var fields: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var isStart = true
    var isAfterQuote = false
    for byte in raw {
      if isQuoted {
        if byte == quote {
          isQuoted = false
          isAfterQuote = true
        } else {
          field.append(byte)
        }
      } else if byte == delimiter {
        fields.append(String(decoding: field, as: UTF8.self))
        field = []
        isStart = true
        isAfterQuote = false
        continue
      } else if byte == quote, isStart {
        isQuoted = true
      } else if byte == quote, isAfterQuote {
        // A doubled quote inside a quoted field stands for one.
        field.append(byte)
        isQuoted = true
        isAfterQuote = false
      } else {
        field.append(byte)
        isAfterQuote = false
      }
      isStart = false
    }
    fields.append(String(decoding: field, as: UTF8.self))
    return fields
  }
}
