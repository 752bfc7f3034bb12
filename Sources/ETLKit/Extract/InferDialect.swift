// How the first records of a file are written: its delimiter, lines to skip, remarks and header.

import Records

/// A guess about delimited text.
struct InferredDialect {
  var dialect = Dialect()
  /// Fields of a record.
  var width = 1
  var evidence: [String] = []

  private static let delimiters: [(word: String, byte: UInt8)] = [
    ("comma", 0x2C), ("semicolon", 0x3B), ("tab", 0x09), ("pipe", 0x7C),
  ]

  /// The name of the delimiter in a pipeline file.
  var delimiterWord: String {
    Self.delimiters.first { $0.byte == dialect.delimiter }?.word ?? "comma"
  }

  /// Looks at the start of a file that ends between two records.
  init(_ start: [UInt8]) {
    let sample = Array(start.prefix(64 << 10))
    var best: (word: String, byte: UInt8, width: Int, count: Int, all: Int)?
    var tried: [String] = []
    for (word, byte) in Self.delimiters {
      var dialect = Dialect(delimiter: byte, hasHeader: false)
      dialect.comment = Self.comment(in: sample)
      let records = CSVReference(sample, dialect: dialect, most: 200).records
      let widths = records.filter { $0.fault == nil }.map(\.fields.count)
      guard let usual = Self.usual(widths) else { continue }
      tried.append("\(word) \(usual.width) in \(usual.count) of \(records.count)")
      let isBetter =
        best.map { best in
          (usual.width > 1 ? usual.count : 0, usual.width)
            > (best.width > 1 ? best.count : 0, best.width)
        } ?? true
      if isBetter { best = (word, byte, usual.width, usual.count, records.count) }
    }
    guard let best else { return }
    dialect.delimiter = best.byte
    dialect.comment = Self.comment(in: sample)
    width = best.width
    evidence.append("fields a record: " + tried.joined(separator: "; "))
    if dialect.comment != nil { evidence.append("lines that begin with # look like remarks") }
    skip(sample)
    header(sample)
  }

  /// The commonest width; of two alike the larger.
  private static func usual(_ widths: [Int]) -> (width: Int, count: Int)? {
    var counts: [Int: Int] = [:]
    for width in widths { counts[width, default: 0] += 1 }
    return counts.max { ($0.value, $0.key) < ($1.value, $1.key) }
      .map { (width: $0.key, count: $0.value) }
  }

  private static func comment(in sample: [UInt8]) -> UInt8? {
    let lines = sample.split(separator: 0x0A).prefix(200)
    let remarks = lines.count { $0.first == UInt8(ascii: "#") }
    return remarks > 0 && remarks * 2 < lines.count ? UInt8(ascii: "#") : nil
  }

  /// Lines at the start that do not have the width of all others.
  private mutating func skip(_ sample: [UInt8]) {
    guard width > 1 else { return }
    var alone = dialect
    alone.hasHeader = false
    let records = CSVReference(sample, dialect: alone, most: 20).records
    guard let first = records.firstIndex(where: { $0.fields.count >= width }), first > 0 else {
      return
    }
    dialect.skippedLines = records[first].lines.lowerBound - 1
    evidence.append(
      "the first \(dialect.skippedLines) line\(dialect.skippedLines == 1 ? " has" : "s have")"
        + " another number of fields: skipped")
  }

  /// The first record is a header if it has names, each once, and no value that is a number or date.
  private mutating func header(_ sample: [UInt8]) {
    var alone = dialect
    alone.hasHeader = false
    let reference = CSVReference(sample, dialect: alone, most: 1)
    guard let first = reference.records.first, first.fault == nil else { return }
    let names = first.fields.map { reference.text(of: $0) }
    width = max(width, 1)
    let used = names.prefix(width)
    let values = used.filter { name in
      let kinds: [ValueType] = [.real, .date, .timestamp]
      return !name.isEmpty
        && kinds.contains { kind in
          ColumnCast(spec: ColumnSpec(name: "", type: kind, nulls: []), field: 0, column: 0)
            .accepts(name)
        }
    }
    dialect.hasHeader =
      values.isEmpty && Set(used).count == used.count && used.first?.isEmpty == false
    if dialect.hasHeader {
      evidence.append("the first record holds \(used.count) different texts: taken as header")
    } else if let value = values.first {
      let shown = InferredText.shown(String(decoding: value, as: UTF8.self))
      evidence.append("the first record holds \(shown), a value: no header")
    } else {
      evidence.append("the first record has empty or repeated fields: no header")
    }
  }
}
