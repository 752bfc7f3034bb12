// What the values of one column look like, with the evidence; nothing is decided that they leave open.

import Records

/// A guess about one column.
struct InferredColumn {
  /// The type as a pipeline file writes it: `int`, `{type: date, formats: [dd.MM.yyyy]}`.
  var keys: [(key: String, value: String)]
  /// What the guess rests on, one remark a line.
  var evidence: [String]
}

/// Looks at the values of a column.
struct ColumnEvidence {
  /// The values found, without those that the format itself says are none.
  var values: [[UInt8]] = []
  /// Records without a value.
  var emptyCount = 0
  /// Whether some value stood between quotes in JSON: then it is no number.
  var hasJSONText = false
  /// Whether some value is an object or array of JSON.
  var isNested = false

  private typealias Guess = ([(key: String, value: String)], [String])

  private static let nullWords: Set<String> = [
    "NA", "N/A", "n/a", "na", "NULL", "null", "Null", "NaN", "nan", "None", "none", "nil", "\\N",
    "-",
    "--", ".", "?", "#N/A",
  ]
  private static let dayFirst = [
    "dd/MM/yyyy", "d/M/yyyy", "dd-MM-yyyy", "d-M-yyyy", "dd/MM/yy", "d/M/yy", "dd-MM-yy", "d-M-yy",
  ]
  private static let monthFirst = [
    "MM/dd/yyyy", "M/d/yyyy", "MM-dd-yyyy", "M-d-yyyy", "MM/dd/yy", "M/d/yy", "MM-dd-yy", "M-d-yy",
  ]
  private static let otherDates = [
    "dd.MM.yyyy", "d.M.yyyy", "d.M.yy", "yyyy/MM/dd", "yyyy.MM.dd", "yyyyMMdd", "dd-MMM-yyyy",
    "d MMM yyyy", "MMM d, yyyy",
  ]

  mutating func add(_ value: [UInt8]) {
    if value.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
      emptyCount += 1
    } else {
      values.append(value)
    }
  }

  /// The guess.
  func inferred() -> InferredColumn {
    var evidence = [counted]
    if values.isEmpty {
      return InferredColumn(keys: [("type", "text")], evidence: evidence + ["no value to go by"])
    }
    if isNested {
      return InferredColumn(
        keys: [("type", "text"), ("nested", "true")], evidence: evidence + ["objects or arrays"])
    }
    let words = nullLike()
    let rest = values.filter { !Self.nullWords.contains(Self.text($0)) }
    let text = [(key: "type", value: "text")]
    let (keys, remarks): ([(key: String, value: String)], [String]) =
      rest.isEmpty ? (text, []) : type(of: rest)
    if words.isEmpty { return InferredColumn(keys: keys, evidence: evidence + remarks) }
    let list = words.map { "\(InferredText.shown($0.word)) (\($0.count))" }.joined(separator: ", ")
    evidence.append("may mean no value, taken as text: \(list)")
    if keys.first?.value != "text" {
      let nulls = (emptyCount > 0 ? ["''"] : []) + words.map { InferredText.quoted($0.word) }
      let other = keys + [("nulls", "[\(nulls.joined(separator: ", "))]")]
      evidence.append("without them: \(InferredText.map(other))")
    }
    return InferredColumn(keys: [("type", "text")], evidence: evidence + remarks)
  }

  private var counted: String {
    let different = Set(values).count
    let count = "\(values.count) value\(values.count == 1 ? "" : "s")"
    return "\(count), \(different) different"
      + (emptyCount > 0 ? ", \(emptyCount) empty" : ", none empty")
  }

  private func nullLike() -> [(word: String, count: Int)] {
    var counts: [String: Int] = [:]
    for value in values {
      let text = Self.text(value)
      if Self.nullWords.contains(text) { counts[text, default: 0] += 1 }
    }
    return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private func type(of values: [[UInt8]]) -> Guess {
    if let found = date(values) { return found }
    if hasJSONText { return ([("type", "text")], []) }
    if let zeros = values.first(where: Self.hasLeadingZero) {
      let isNumeric = values.allSatisfy { $0.allSatisfy { (0x30...0x39).contains($0) } }
      return (
        [("type", "text")],
        [
          "leading zeros, as in \(InferredText.shown(Self.text(zeros))): kept as text"
            + (isNumeric ? ", though all are digits" : "")
        ]
      )
    }
    if fits(values, .integer) {
      let isFlag = Set(values.map(Self.text)).isSubset(of: ["0", "1"])
      return ([("type", "int")], isFlag ? ["only 0 and 1: may be a bool"] : [])
    }
    if values.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } }) {
      return ([("type", "text")], ["whole numbers beyond 64 bits: kept as text"])
    }
    if fits(values, .boolean) { return ([("type", "bool")], ["words for true and false"]) }
    if fits(values, .real) { return real(values) }
    return comma(values) ?? ([("type", "text")], [])
  }

  private func real(_ values: [[UInt8]]) -> Guess {
    let digits = values.map { $0.drop { $0 != UInt8(ascii: ".") }.dropFirst().count }.max() ?? 0
    let hasExponent = values.contains { $0.contains { $0 | 0x20 == UInt8(ascii: "e") } }
    if hasExponent {
      let some = values.first { $0.contains { $0 | 0x20 == UInt8(ascii: "e") } } ?? []
      return (
        [("type", "real")],
        [
          "numbers with exponents, as \(InferredText.shown(Self.text(some))): text if they are codes"
        ]
      )
    }
    let groups = values.compactMap { value in
      value.firstIndex(of: UInt8(ascii: ".")).map { value.count - $0 - 1 }
    }
    if groups.allSatisfy({ $0 == 3 }) {
      return (
        [("type", "text")],
        [
          "every point stands before three digits and may be a thousands mark: not decided; say real,"
            + " or {type: int, thousands: '.'}"
        ]
      )
    }
    return (
      [("type", "real")],
      [
        "up to \(digits) digit\(digits == 1 ? "" : "s") behind the point: decimal(15,\(digits)) is exact"
      ]
    )
  }

  /// Numbers with a comma, if all have one meaning.
  private func comma(_ values: [[UInt8]]) -> Guess? {
    let type = ValueType.decimal(precision: 18, scale: 6)
    func fits(_ decimal: UInt8, _ thousands: UInt8) -> Bool {
      self.fits(values, type, decimal: decimal, thousands: thousands)
    }
    let (comma, point) = (UInt8(ascii: ","), UInt8(ascii: "."))
    switch (fits(comma, point), fits(point, comma)) {
    case (true, true):
      return (
        [("type", "text")],
        [
          "numbers in which a comma may be the decimal or the thousands mark: not decided; say"
            + " decimal: ',' or thousands: ','"
        ]
      )
    case (true, false):
      return (
        [("type", "real"), ("decimal", "','"), ("thousands", "'.'")],
        ["a comma is the decimal mark in every value"]
      )
    case (false, true):
      return ([("type", "real"), ("thousands", "','")], ["a comma stands between thousands"])
    case (false, false): return nil
    }
  }

  private func date(_ values: [[UInt8]]) -> Guess? {
    if fits(values, .date), values.allSatisfy({ $0.count <= 10 }) {
      return ([("type", "date")], ["yyyy-MM-dd in every value"])
    }
    if fits(values, .timestamp) { return ([("type", "timestamp")], ["ISO 8601 in every value"]) }
    func fitting(_ patterns: [String]) -> String? {
      patterns.first { pattern in
        guard let format = try? DateFormat(pattern: pattern) else { return false }
        return fits(values, .date, format)
      }
    }
    let pair = (fitting(Self.dayFirst), fitting(Self.monthFirst))
    switch pair {
    case (let day?, let month?):
      return (
        [("type", "text")],
        [
          "dates in which day and month may change places: \(day) and \(month) fit every value; say"
            + " which: {type: date, formats: [\(InferredText.quoted(day))]}"
        ]
      )
    case (let one?, nil), (nil, let one?): return found(one)
    case (nil, nil): return mixedDates(values) ?? fitting(Self.otherDates).map { found($0) }
    }
  }

  /// Dates of which some have the day first and others the month.
  private func mixedDates(_ values: [[UInt8]]) -> Guess? {
    for (day, month) in zip(Self.dayFirst, Self.monthFirst) {
      guard let one = try? DateFormat(pattern: day), let other = try? DateFormat(pattern: month),
        let first = values.first(where: { fits([$0], .date, one) && !fits([$0], .date, other) }),
        let second = values.first(where: { fits([$0], .date, other) && !fits([$0], .date, one) })
      else { continue }
      let shown = [first, second].map { InferredText.shown(Self.text($0)) }
      return (
        [("type", "text")],
        [
          "dates in which day and month change places: \(shown[0]) is \(day), \(shown[1]) is"
            + " \(month): not decided"
        ]
      )
    }
    return nil
  }

  private func found(_ pattern: String) -> Guess {
    var evidence = ["\(pattern) fits every value, no other order does"]
    if !pattern.contains("yyyy") { evidence.append("two-digit years: 69 is 1969, 68 is 2068") }
    if pattern == "yyyyMMdd" { evidence = ["yyyyMMdd fits every value; int if they are numbers"] }
    return ([("type", "date"), ("formats", "[\(InferredText.quoted(pattern))]")], evidence)
  }

  private func fits(
    _ values: [[UInt8]], _ type: ValueType, _ format: DateFormat? = nil, decimal: UInt8? = nil,
    thousands: UInt8? = nil
  ) -> Bool {
    let spec = ColumnSpec(
      name: "", type: type, formats: format.map { [$0] } ?? [], nulls: [], decimalMark: decimal,
      thousandsMark: thousands)
    let cast = ColumnCast(spec: spec, field: 0, column: 0)
    return values.allSatisfy { cast.accepts($0) }
  }

  private static func hasLeadingZero(_ value: [UInt8]) -> Bool {
    guard value.allSatisfy({ $0 < 0x3A && $0 != UInt8(ascii: "/") }) else { return false }
    let digits = value.drop { $0 == 0x20 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    guard digits.first == UInt8(ascii: "0"), let next = digits.dropFirst().first else {
      return false
    }
    return (0x30...0x39).contains(next)
  }

  private static func text(_ value: [UInt8]) -> String {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
    let end = value.lastIndex { !isBlank($0) } ?? -1
    return String(decoding: value[..<(end + 1)].drop(while: isBlank), as: UTF8.self)
  }
}

/// How a proposal writes names and values.
enum InferredText {
  /// A plain scalar of YAML if that is safe, else one between quotes.
  static func quoted(_ text: String) -> String {
    let plain = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || $0 == UInt8(ascii: "_")
        || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/")
    }
    let starts = text.utf8.first.map { (0x41...0x5A).contains($0 & 0xDF) } ?? false
    if plain, starts { return text }
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) {
      return "'" + text.replacing("'", with: "''") + "'"
    }
    var escaped = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": escaped += "\\\""
      case "\\": escaped += "\\\\"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        escaped += "\\x" + (digits.count < 2 ? "0" : "") + digits
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped + "\""
  }

  /// A text from a file as a remark may show it.
  static func shown(_ text: String) -> String { ContractProblem.quoted(text) }

  /// Keys and values in one line; the type alone if there is nothing else.
  static func map(_ keys: [(key: String, value: String)]) -> String {
    if keys.count == 1, let only = keys.first, only.key == "type" { return only.value }
    return "{" + keys.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
  }
}
