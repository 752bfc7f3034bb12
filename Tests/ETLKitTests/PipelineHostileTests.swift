import Foundation
import Testing
import TestSupport

@testable import ETLKit

@Suite struct `A hostile pipeline file` {
  /// Reads a text and says what its first diagnostic is, without its line.
  static func first(_ text: String) -> String {
    let (pipeline, diagnostics) = PipelineFile.read(text: text, file: "p.yaml")
    guard pipeline == nil, let first = diagnostics.first else { return "no mistake" }
    return "\(first.mark.line):\(first.mark.column) \(first.what) (\(first.code))"
  }

  /// Nine anchors, each a list of nine of the one before: three hundred million values.
  static let bomb =
    "a0: &a0 [x]\n"
    + (1...9).map { number in
      let aliases = Array(repeating: "*a\(number - 1)", count: 9).joined(separator: ", ")
      return "a\(number): &a\(number) [\(aliases)]\n"
    }.joined()

  static let cases: [(name: String, text: String, told: String)] = [
    ("nothing", "", "1:1 the file is empty (yaml.empty)"),
    ("only comments", "# a\n# b\n", "1:1 the file is empty (yaml.empty)"),
    (
      "only a document mark", "---\n",
      "1:1 a pipeline file expects keys and values, found nothing (value.type)"
    ),
    (
      "a list at the top", "- a\n- b\n",
      "1:1 a pipeline file expects keys and values, found a list (value.type)"
    ),
    (
      "text at the top", "hello",
      "1:1 a pipeline file expects keys and values, found \"hello\" (value.type)"
    ),
    (
      "deep brackets", String(repeating: "[", count: 100_000),
      "1:1 nested far too deep (yaml.limit)"
    ),
    (
      "deep closed brackets",
      String(repeating: "[", count: 900) + String(repeating: "]", count: 900),
      "1:42 nested more than 40 deep (yaml.limit)"
    ),
    (
      "deep braces", String(repeating: "{a: ", count: 900) + String(repeating: "}", count: 900),
      "1:162 nested more than 40 deep (yaml.limit)"
    ),
    (
      "deep dashes", String(repeating: "- ", count: 900) + "x",
      "1:83 nested more than 40 deep (yaml.limit)"
    ),
    (
      "deep blocks", (0..<900).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
      "41:41 nested more than 40 deep (yaml.limit)"
    ),
    (
      "an alias bomb", bomb,
      "1:1 its aliases could unfold to more than a million values (yaml.limit)"
    ),
    (
      "an alias bomb as a key", bomb + "? *a9\n: x\n",
      "1:1 its aliases could unfold to more than a million values (yaml.limit)"
    ),
    (
      "too many values", "a: [" + String(repeating: "x,", count: 60_000) + "]",
      "1:99999 more than 50000 values, those of aliases counted each time (yaml.limit)"
    ),
    (
      "too large", String(repeating: "#", count: 2 << 20),
      "1:1 the file has more than 2 MiB; at most 1 MiB is read (yaml.limit)"
    ),
    ("an alias of itself", "a: &a [*a]\n", "1:8 this alias has no anchor above it (yaml.syntax)"),
    ("a NUL", "a: b\u{0}c", "1:5 the sign U+0 cannot stand in YAML (yaml.syntax)"),
  ]

  // The name alone is the argument: a failure would print the whole text otherwise.
  @Test(arguments: cases.map(\.name)) func `gives a message`(name: String) throws {
    let found = try #require(Self.cases.first { $0.name == name })
    let told = Self.first(found.text)
    #expect(told == found.told)
  }

  @Test func `never gets longer than its limit of mistakes`() {
    let text = (0..<2_000).map { "k\($0): 1\n" }.joined()
    let (_, diagnostics) = PipelineFile.read(text: text, file: "p.yaml")
    #expect(diagnostics.count == PipelineReader.limit + 1)
    #expect(diagnostics.last?.what == "more than 200 mistakes; the rest is not told")
  }

  @Test func `shows signs that a terminal would obey as harmless ones`() {
    let (_, diagnostics) = PipelineFile.read(
      text: "pipe\u{202E}line: {name: p}\n", file: "p.yaml")
    let text = diagnostics.map(\.description).joined()
    #expect(!text.unicodeScalars.contains("\u{202E}"))
  }

  @Test(arguments: ["covid-us-daily", "covid-us-states", "flights-2013-01"])
  func `gives a pipeline or a mistake however it is mutilated`(name: String) throws {
    let bytes = Array(try Data(contentsOf: Fixtures.url("pipelines/\(name).yaml")))
    forAll(cases: 150, seed: 7) { random in
      var broken = bytes
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<broken.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: broken.remove(at: place)
        case 1: broken.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 2:
          broken.insert(
            Array("\n\t '\"{}[]:,&*!|>#-".utf8).randomElement(using: &random) ?? 0, at: place)
        default:
          broken.removeSubrange(
            place..<min(broken.count, place + Int.random(in: 1...200, using: &random)))
          if broken.isEmpty { broken = [0x20] }
        }
      }
      let (pipeline, diagnostics) = PipelineFile.read(
        text: String(decoding: broken, as: UTF8.self), file: "p.yaml")
      let hasErrors = diagnostics.contains { $0.severity == .error }
      if (pipeline == nil) != hasErrors {
        return "pipeline \(pipeline == nil), errors \(hasErrors)"
      }
      return diagnostics.contains { $0.mark.line < 1 || $0.mark.column < 1 || $0.mark.length < 1 }
        ? "a mark outside the file" : nil
    }
  }
}
