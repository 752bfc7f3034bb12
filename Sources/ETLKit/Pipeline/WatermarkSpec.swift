// How far a source was read: the column that tells it, and how late records may come. Reads the key
// `watermark` of a pipeline file. Touches nothing.

public import Records

/// Which records of a source are newer than those that were loaded.
public struct WatermarkSpec: Hashable, Sendable {
  /// The column whose greatest value is kept.
  public var column: Located<String>
  /// What it holds: whole numbers, dates or timestamps.
  public var type: ValueType
  /// How far below the mark records are still read, in the column's own unit: numbers, days or
  /// microseconds.
  public var lag: Int64
  /// The same as it is written; empty if it is not.
  public var lagText: String

  /// Makes a watermark.
  public init(column: Located<String>, type: ValueType, lag: Int64 = 0, lagText: String = "") {
    self.column = column
    self.type = type
    self.lag = lag
    self.lagText = lagText
  }

  /// The least value that is read when the mark stands here.
  func floor(under mark: Int64) -> Int64 {
    let (floor, overflow) = mark.subtractingReportingOverflow(lag)
    return overflow ? .min : floor
  }

  /// The value of a text; nil if it is none of the column's type.
  func slot(_ text: String) -> Int64? {
    var text = text
    switch type {
    case .integer: return ScalarText.integer(text).map(Int64.init)
    case .date: return text.withUTF8 { DateBytes.days(iso: $0) }
    case .timestamp: return text.withUTF8 { DateBytes.microseconds(iso: $0) }
    case .text, .real, .decimal, .boolean: return nil
    }
  }
}

extension PipelineFile {
  /// The source with its watermark, if it has one.
  static func withWatermark(
    _ source: SourceSpec, _ node: YAMLNode, _ reader: PipelineReader
  ) -> SourceSpec {
    guard let field = node["watermark"],
      let own = PipelineFields(field.value, .watermark, at: field.key.mark, reader: reader),
      let name = own.text("column")
    else { return source }
    guard let column = source.columns.first(where: { $0.value.name == name.value }) else {
      let names = source.columns.map(\.value.name)
      reader.tell(
        "column.unknown", "\(source.name.value) has no column \(quoted(name.value))", at: name.mark,
        NearestName.suggestion(for: name.value, among: names)
          ?? "it has \(names.joined(separator: ", "))")
      return source
    }
    var spec = WatermarkSpec(column: name, type: column.value.type)
    switch spec.type {
    case .integer, .date, .timestamp: break
    case .text, .real, .decimal, .boolean:
      reader.tell(
        "watermark.type",
        "column \(name.value) is \(spec.type.name); a watermark needs int, date or timestamp",
        at: name.mark, "name a column that grows with time")
      return source
    }
    if let text = own.text("lag") {
      guard let lag = lag(text.value, of: spec.type) else {
        reader.tell(
          "value.type",
          "\"lag\" of \(spec.type.name) expects \(words(of: spec.type)),"
            + " found \(quoted(text.value))", at: text.mark)
        return source
      }
      spec.lag = lag
      spec.lagText = text.value
    }
    var source = source
    source.watermark = spec
    return source
  }

  private static func lag(_ text: String, of type: ValueType) -> Int64? {
    guard type != .integer else {
      return ScalarText.integer(text).flatMap { $0 >= 0 ? Int64($0) : nil }
    }
    guard let seconds = ScalarText.seconds(text) else { return nil }
    guard type == .date else { return Int64(seconds) * 1_000_000 }
    return seconds % 86_400 == 0 ? Int64(seconds / 86_400) : nil
  }

  private static func words(of type: ValueType) -> String {
    switch type {
    case .integer: "a whole number from 0"
    case .date: "whole days such as 3d"
    default: "a duration such as 90m or 3d"
    }
  }
}
