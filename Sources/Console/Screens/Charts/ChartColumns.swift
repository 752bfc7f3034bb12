// Values of a loaded table → columns of a chart. What cannot be read as the declared type is a gap.

import Charts
import ETLKit

enum ChartColumns {
  static func column(_ column: TableColumn, _ values: [TableValue]) -> ChartColumn {
    switch column.type {
    case "date":
      return ChartColumn(
        name: column.name, kind: .temporal(dateOnly: true),
        values: values.map { instant($0, unit: 86_400) },
        texts: [])
    case "timestamp":
      return ChartColumn(
        name: column.name, kind: .temporal(dateOnly: false),
        values: values.map { instant($0, unit: 1e-6) }, texts: [])
    case "text", "bool":
      return ChartColumn(name: column.name, kind: .text, values: [], texts: values.map(text))
    default:
      if let numbers = numbers(values) {
        let isInteger = values.allSatisfy { if case .real = $0 { false } else { true } }
        return ChartColumn(
          name: column.name, kind: .number(isInteger: isInteger), values: numbers, texts: [])
      }
      return ChartColumn(name: column.name, kind: .text, values: [], texts: values.map(text))
    }
  }

  /// The values as numbers; nil if a text among them is none.
  private static func numbers(_ values: [TableValue]) -> [Double?]? {
    var numbers: [Double?] = []
    numbers.reserveCapacity(values.count)
    for value in values {
      switch value {
      case .null: numbers.append(nil)
      case .integer(let number): numbers.append(Double(number))
      case .real(let number): numbers.append(number.isFinite ? number : nil)
      case .text(let text):
        guard let number = Double(text), number.isFinite else { return nil }
        numbers.append(number)
      }
    }
    return numbers
  }

  private static func text(_ value: TableValue) -> String? {
    switch value {
    case .null: nil
    case .integer(let number): String(number)
    case .real(let number): String(number)
    case .text(let text): text
    }
  }

  /// Seconds since 1970: of ISO text, or of a number in the given unit of seconds.
  private static func instant(_ value: TableValue, unit: Double) -> Double? {
    switch value {
    case .null: nil
    case .integer(let number): Double(number) * unit
    case .real(let number): number.isFinite ? number * unit : nil
    case .text(let text): ISOInstant.seconds(of: text)
    }
  }
}

/// `2021-03-15`, `2021-03-15 14:03:22`, `2021-03-15T14:03:22.5Z` → seconds since 1970, UTC.
enum ISOInstant {
  static func seconds(of text: String) -> Double? {
    let bytes = Array(text.utf8)
    func digits(_ start: Int, _ count: Int) -> Int? {
      guard start + count <= bytes.count else { return nil }
      var number = 0
      for byte in bytes[start..<start + count] {
        guard (48...57).contains(byte) else { return nil }
        number = number * 10 + Int(byte - 48)
      }
      return number
    }
    guard bytes.count >= 10, bytes[4] == 45, bytes[7] == 45,
      let year = digits(0, 4), let month = digits(5, 2), let day = digits(8, 2),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    let date = Double(days(year, month, day)) * 86_400
    guard bytes.count >= 16 else { return bytes.count == 10 ? date : nil }
    guard let hour = digits(11, 2), let minute = digits(14, 2), bytes[13] == 58 else { return nil }
    let second = digits(17, 2) ?? 0
    var fraction = 0.0
    if bytes.count > 20, bytes[19] == 46 {
      var scale = 0.1
      for byte in bytes[20...] {
        guard (48...57).contains(byte) else { break }
        fraction += Double(byte - 48) * scale
        scale /= 10
      }
    }
    return date + Double(hour * 3_600 + minute * 60 + second) + fraction
  }

  /// Days since 1970 in the proleptic Gregorian calendar, by eras of 400 years from 1 March.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
