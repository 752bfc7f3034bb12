// Functions of one value whose pattern, form or zone is a constant, read once before any record.

/// What such a function does with its value.
public enum PreparedFunction: Hashable, Sendable {
  /// The first part of a text that fits; null if none does.
  case extract(BytePattern)
  /// A text with every part that fits replaced.
  case substitute(BytePattern, with: String)
  /// A date or an instant, as the node's type says, that a text is written as.
  case parse(DateFormat)
  /// An instant written as text.
  case write(DateFormat)
  /// What the clocks of a zone show at an instant.
  case atZone(TimeZoneRules)
  /// The instant when the clocks of a zone show a time.
  case fromZone(TimeZoneRules)

  /// Whether it can fail.
  var canFail: Bool {
    switch self {
    case .substitute, .parse, .write: true
    case .extract, .atZone, .fromZone: false
    }
  }

  /// A call of the function, as it is written.
  func text(of operand: String, as type: ValueType) -> String {
    switch self {
    case .extract(let pattern): "regexp_extract(\(operand), \(quoted(pattern.text)))"
    case .substitute(let pattern, let new):
      "regexp_replace(\(operand), \(quoted(pattern.text)), \(quoted(new)))"
    case .parse(let format): "parse_\(type.name)(\(operand), \(quoted(format.pattern)))"
    case .write(let format): "format_date(\(operand), \(quoted(format.pattern)))"
    case .atZone(let zone): "at_zone(\(operand), \(quoted(zone.name)))"
    case .fromZone(let zone): "from_zone(\(operand), \(quoted(zone.name)))"
    }
  }
}

extension DateFormat {
  /// A text read by the pattern, as the slot of a date or a timestamp; nil if it does not fit.
  func slot(of bytes: Bytes, as type: ValueType) -> Int64? {
    guard let (days, time) = DateBytes.parse(bytes, as: self) else { return nil }
    return type == .date ? days : days &* microsPerDay &+ time
  }
}

/// Runs one on a column.
final class PreparedKernel: ExpressionKernel {
  private let function: PreparedFunction
  private let type: ValueType
  private var search: PatternSearch?
  private var text: [UInt8] = []

  init(_ function: PreparedFunction, _ operand: ExpressionKernel, type: ValueType, isNullable: Bool)
  {
    self.function = function
    self.type = type
    switch function {
    case .extract(let pattern), .substitute(let pattern, _): search = PatternSearch(pattern)
    case .parse, .write, .atZone, .fromZone: search = nil
    }
    super.init([operand], isNullable: isNullable, canFail: function.canFail)
  }

  override var isCheap: Bool { false }

  override func run(_ rows: RowList, _ batch: RecordBatch, _ frame: KernelFrame) {
    children[0].run(rows, batch, frame)
    mergeNulls(rows)
    let (slots, nulls, values) = (slots, nulls, children[0].slots)
    rows.each { row in
      guard !nulls[row] else { return }
      switch function {
      case .atZone(let zone): slots[row] = zone.clock(at: values[row])
      case .fromZone(let zone): slots[row] = zone.instant(ofClock: values[row])
      case .extract:
        if let part = search?.firstRange(in: batch.bytes(of: values[row])) {
          slots[row] = subslot(values[row], part)
        } else {
          nulls[row] = true
        }
      case .substitute, .parse, .write:
        if let slot = made(values[row], batch) { slots[row] = slot } else { fail(row, frame) }
      }
    }
  }

  /// The functions that can fail; nil fails the row.
  private func made(_ value: Int64, _ batch: RecordBatch) -> Int64? {
    text.removeAll(keepingCapacity: true)
    switch function {
    case .parse(let format): return format.slot(of: batch.bytes(of: value), as: type)
    case .write(let format): guard format.append(value, to: &text) else { return nil }
    case .substitute(_, let new):
      let limit = ExpressionReference.textLimit
      let bytes = batch.bytes(of: value)
      guard search?.replace(in: bytes, with: new.utf8, limit: limit, to: &text) == true else {
        return nil
      }
    case .extract, .atZone, .fromZone: return nil
    }
    return text.withUnsafeBufferPointer { batch.append($0) }
  }
}

extension ExpressionReference {
  /// The same for one value; nil if it fails.
  static func prepared(_ function: PreparedFunction, _ value: Value, as type: ValueType) -> Value? {
    let bytes = Array(text(value).utf8)
    switch function {
    case .atZone(let zone): return .timestamp(zone.clock(at: whole(value)))
    case .fromZone(let zone): return .timestamp(zone.instant(ofClock: whole(value)))
    case .extract(let pattern):
      var search = PatternSearch(pattern)
      guard let part = bytes.withUnsafeBufferPointer({ search.firstRange(in: $0) }) else {
        return .null
      }
      return .text(String(decoding: bytes[part], as: UTF8.self))
    case .substitute(let pattern, let new):
      var search = PatternSearch(pattern)
      var text: [UInt8] = []
      let isWhole = bytes.withUnsafeBufferPointer {
        search.replace(in: $0, with: new.utf8, limit: textLimit, to: &text)
      }
      return isWhole ? .text(String(decoding: text, as: UTF8.self)) : nil
    case .parse(let format):
      let slot = bytes.withUnsafeBufferPointer { format.slot(of: $0, as: type) }
      return slot.map { type == .date ? .date($0) : .timestamp($0) }
    case .write(let format):
      var text: [UInt8] = []
      return format.append(whole(value), to: &text)
        ? .text(String(decoding: text, as: UTF8.self)) : nil
    }
  }
}
