// The readers that made-up input is thrown at: by the fuzzer, and in the tests by every input that was
// ever a problem. Touches nothing.

import ETLKit
import Records

/// A reader that takes any bytes, and what must hold for all of them.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// Delimited text and fixed fields, in several dialects.
  case csv
  /// JSON lines and JSON arrays.
  case json
  /// Pipeline files.
  case pipeline
  /// Expressions: read, typed, run.
  case expression
  /// A date pattern, and the text to read by it on the second line.
  case date

  /// What does not hold for an input; nil if all does.
  ///
  /// A crash is found by whoever calls.
  public func problem(with input: [UInt8]) -> String? {
    switch self {
    case .csv: ScannerFuzz.problem(delimited: input)
    case .json: ScannerFuzz.problem(json: input)
    case .pipeline: Self.problem(pipeline: input)
    case .expression: ExpressionFuzz.problem(with: input)
    case .date: Self.problem(date: input)
    }
  }

  private static func problem(pipeline input: [UInt8]) -> String? {
    let text = String(decoding: input, as: UTF8.self)
    let (pipeline, diagnostics) = PipelineFile.read(text: text, file: "p.yaml")
    let hasErrors = diagnostics.contains { $0.severity == .error }
    if (pipeline == nil) != hasErrors { return "a pipeline in spite of errors, or neither" }
    var told = diagnostics
    if let pipeline {
      do throws(EngineError) {
        told += try PipelinePlan(pipeline).warnings
      } catch {
        if case .pipeline(let more) = error.problem { told += more }
      }
    }
    for diagnostic in told where diagnostic.description.utf8.contains(0x1B) {
      return "a message with an escape sign: \(diagnostic)"
    }
    return nil
  }

  private static func problem(date input: [UInt8]) -> String? {
    let parts = input.split(
      separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
    let text = Array(parts.last ?? [])
    guard let format = try? DateFormat(pattern: String(decoding: parts[0], as: UTF8.self)) else {
      return nil
    }
    guard let found = text.withUnsafeBufferPointer({ DateBytes.parse($0, as: format) }) else {
      return nil
    }
    let written = DateBytes.dateText(found.days)
    let again = Array(written.utf8).withUnsafeBufferPointer { DateBytes.days(iso: $0) }
    if again != found.days { return "day \(found.days) is written as \(written)" }
    let limit: Int64 = 3 * 86_400_000_000
    return (-limit...limit).contains(found.microseconds) ? nil : "a time of \(found.microseconds)"
  }
}
