// Conversions and functions of the slow evaluator, written to be read.

extension ExpressionReference {
  /// The value as another type; nil if it cannot be.
  static func converted(_ value: Value, to type: ValueType) -> Value? {
    switch (value, type) {
    case (_, .text): return value.plainText.map { .text($0) }
    case (.text(let text), _): return ExpressionConstant(reading: text, as: type)
    case (.integer(let number), .real): return .real(Double(number))
    case (.integer(let number), .decimal(let precision, let scale)):
      return decimal(rescaled(number, by: scale), precision, scale)
    case (.integer(let number), .boolean):
      return number == 0 || number == 1 ? .boolean(number == 1) : nil
    case (.boolean(let flag), .integer): return .integer(flag ? 1 : 0)
    case (.real(let number), .integer): return truncatedInteger(number).map { .integer($0) }
    case (.real(let number), .decimal(let precision, let scale)):
      return decimal(decimalUnits(number, scale: scale), precision, scale)
    case (.decimal(let units, let scale), .integer):
      return .integer(units / powersOfTen[scale])
    case (.decimal(let units, let scale), .real):
      return .real(Double(units) / Double(powersOfTen[scale]))
    case (.decimal(let units, let old), .decimal(let precision, let scale)):
      return decimal(rescaled(units, by: scale - old), precision, scale)
    case (.timestamp(let micros), .date): return .date(floorDivide(micros, microsPerDay))
    case (.date(let days), .timestamp): return .timestamp(days &* microsPerDay)
    default: return value
    }
  }

  private static func decimal(_ units: Int64?, _ precision: Int, _ scale: Int) -> Value? {
    guard let units, units.magnitude < powersOfTen[precision].magnitude else { return nil }
    return .decimal(units: units, scale: scale)
  }

  /// A function of values that are not null; nil if it fails.
  static func call(_ function: ScalarFunction, _ values: [Value], type: ValueType) -> Value? {
    switch function {
    case .lower, .upper, .trim, .ltrim, .rtrim, .length, .substr, .replace, .startsWith, .endsWith,
      .contains, .left, .right, .lpad, .rpad, .splitPart:
      return textCall(function, values)
    case .abs, .round, .floor, .ceil, .sign: return numberCall(function, values, type: type)
    case .least: return values.min { order($0, $1) < 0 }
    case .greatest: return values.min { order($0, $1) > 0 }
    case .year, .quarter, .month, .day, .weekday, .dayOfYear, .hour, .minute, .second, .addDays,
      .addMonths, .dateDiff, .dateTrunc, .makeDate:
      return timeCall(function, values)
    }
  }

  private static func textCall(_ function: ScalarFunction, _ values: [Value]) -> Value? {
    let text = text(values[0])
    let letters = Array(text)
    let scalars = Array(text.unicodeScalars)
    let second = values.count > 1 ? values[1] : .null
    let other = self.text(second)
    let number = Int(clamping: whole(second))
    switch function {
    case .lower: return .text(text.lowercased())
    case .upper: return .text(text.uppercased())
    case .trim: return string(scalars.trimmedStart.trimmedEnd)
    case .ltrim: return string(scalars.trimmedStart)
    case .rtrim: return string(scalars[...].trimmedEnd)
    case .length: return .integer(Int64(letters.count))
    case .substr:
      let count = values.count > 2 ? Int(clamping: whole(values[2])) : Int.max
      return .text(
        String(letters[letterRange(start: number, count: count, of: letters.count)]))
    case .left: return .text(String(letters.prefix(max(0, number))))
    case .right: return .text(String(letters.suffix(max(0, number))))
    case .lpad, .rpad:
      let fill = values.count > 2 ? Array(self.text(values[2])) : [" "]
      return padded(letters, to: number, with: fill, atStart: function == .lpad)
    case .replace: return replaced(text, other, with: self.text(values[2]))
    case .startsWith: return .boolean(text.utf8.starts(with: other.utf8))
    case .endsWith: return .boolean(text.utf8.reversed().starts(with: other.utf8.reversed()))
    case .contains:
      return .boolean(other.isEmpty || pieces(Array(text.utf8), Array(other.utf8)).count > 1)
    case .splitPart:
      let parts = other.isEmpty ? [Array(text.utf8)] : pieces(Array(text.utf8), Array(other.utf8))
      let wanted = Int(clamping: whole(values[2]))
      let index = wanted > 0 ? wanted - 1 : wanted < 0 ? parts.count &+ wanted : -1
      return .text(
        parts.indices.contains(index) ? String(decoding: parts[index], as: UTF8.self) : "")
    default: return nil
    }
  }

  private static func string(_ letters: some Sequence<Unicode.Scalar>) -> Value {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: letters)
    return .text(String(text))
  }

  private static func padded(
    _ letters: [Character], to length: Int, with fill: [Character], atStart: Bool
  ) -> Value? {
    guard length > letters.count, !fill.isEmpty else {
      return .text(String(letters.prefix(max(0, length))))
    }
    guard length <= textLimit / 4 else { return nil }
    let filling = (0..<length - letters.count).map { fill[$0 % fill.count] }
    return .text(String(atStart ? filling + letters : letters + filling))
  }

  private static func replaced(_ text: String, _ old: String, with new: String) -> Value? {
    guard !old.isEmpty else { return .text(text) }
    let parts = pieces(Array(text.utf8), Array(old.utf8))
    let length = text.utf8.count + (parts.count - 1) * (new.utf8.count - old.utf8.count)
    guard length <= textLimit else { return nil }
    return .text(String(decoding: Array(parts.joined(separator: Array(new.utf8))), as: UTF8.self))
  }

  /// The bytes between occurrences of a separator that is not empty.
  private static func pieces(_ bytes: [UInt8], _ separator: [UInt8]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var start = 0
    var position = 0
    while position + separator.count <= bytes.count {
      if bytes[position..<position + separator.count].elementsEqual(separator) {
        result.append(Array(bytes[start..<position]))
        position += separator.count
        start = position
      } else {
        position += 1
      }
    }
    result.append(Array(bytes[start...]))
    return result
  }

  private static func numberCall(
    _ function: ScalarFunction, _ values: [Value], type: ValueType
  ) -> Value? {
    let places = values.count > 1 ? whole(values[1]) : 0
    switch values[0] {
    case .real(let number):
      switch function {
      case .abs: return .real(Swift.abs(number))
      case .round: return .real(roundedReal(number, places: places))
      case .floor: return .real(number.rounded(.down))
      case .ceil: return .real(number.rounded(.up))
      default: return .integer(number > 0 ? 1 : number < 0 ? -1 : 0)
      }
    case .decimal(let units, let scale):
      let kept = type.scale
      let power = powersOfTen[scale]
      switch function {
      case .abs: return .decimal(units: units < 0 ? 0 &- units : units, scale: scale)
      case .round: return rescaled(units, by: kept - scale).map { .decimal(units: $0, scale: kept) }
      case .floor: return .decimal(units: floorDivide(units, power), scale: 0)
      case .ceil: return .decimal(units: 0 &- floorDivide(0 &- units, power), scale: 0)
      default: return .integer(units.signum())
      }
    default:
      let number = whole(values[0])
      switch function {
      case .abs: return number == .min ? nil : .integer(Swift.abs(number))
      case .sign: return .integer(number.signum())
      default: return .integer(number)
      }
    }
  }

  private static func timeCall(_ function: ScalarFunction, _ values: [Value]) -> Value? {
    let first = whole(values[0])
    let second = values.count > 1 ? whole(values[1]) : 0
    let date = CivilDate(days: Int(first))
    let seconds = floorDivide(first, 1_000_000)
    let secondOfDay = seconds - floorDivide(seconds, 86_400) * 86_400
    switch function {
    case .year: return .integer(Int64(date.year))
    case .quarter: return .integer(Int64((date.month - 1) / 3 + 1))
    case .month: return .integer(Int64(date.month))
    case .day: return .integer(Int64(date.day))
    case .weekday: return .integer(Records.weekday(first))
    case .dayOfYear: return .integer(Records.dayOfYear(first))
    case .hour: return .integer(secondOfDay / 3_600)
    case .minute: return .integer(secondOfDay / 60 % 60)
    case .second: return .integer(secondOfDay % 60)
    case .dateDiff: return .integer(first &- second)
    case .makeDate:
      return CivilDate(year: first, month: second, day: whole(values[2])).map {
        .date(Int64($0.days))
      }
    case .addDays: return moved(values[0]) { later($0, days: second) }
    case .addMonths: return moved(values[0]) { later($0, months: second) }
    case .dateTrunc:
      guard let unit = DateUnit(rawValue: text(values[0])) else { return nil }
      if case .date(let days) = values[1] { return .date(unit.start(ofDay: days)) }
      return .timestamp(unit.start(ofInstant: second))
    default: return nil
    }
  }

  /// Changes the day of a date or of an instant.
  private static func moved(_ value: Value, _ change: (Int64) -> Int64?) -> Value? {
    guard case .timestamp(let micros) = value else {
      return change(whole(value)).map { .date($0) }
    }
    let days = floorDivide(micros, microsPerDay)
    return change(days).map { .timestamp($0 &* microsPerDay &+ micros &- days &* microsPerDay) }
  }
}

/// The letters that `substr(text, start, count)` takes: 1 is the first, -1 the last; as in SQLite,
/// letters before the first are counted but not there.
func letterRange(start: Int, count: Int, of length: Int) -> Range<Int> {
  let first = start > 0 ? start - 1 : start < 0 ? length &+ start : -1
  // A missing count reaches to the end; a negative one takes nothing.
  let end = count == .max ? length : first.addingReportingOverflow(max(0, count)).partialValue
  let lower = min(max(0, first), length)
  let upper = count > length && end < first ? length : min(max(0, end), length)
  return lower..<max(lower, upper)
}

extension Array<Unicode.Scalar> {
  fileprivate var trimmedStart: ArraySlice<Unicode.Scalar> { drop { $0.isBlank } }
}

extension ArraySlice<Unicode.Scalar> {
  fileprivate var trimmedEnd: ArraySlice<Unicode.Scalar> {
    var rest = self
    while let last = rest.last, last.isBlank { rest.removeLast() }
    return rest
  }
}

extension Unicode.Scalar {
  /// A blank, a tab or a line break.
  fileprivate var isBlank: Bool { value == 0x20 || (0x09...0x0D).contains(value) }
}
