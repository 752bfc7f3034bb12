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
    case .text(let text): Timestamp(iso: text).map { Double($0.microseconds) / 1_000_000 }
    }
  }
}
