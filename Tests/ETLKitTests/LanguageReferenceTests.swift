// The reference of the language says what the reader reads.

import Foundation
import Records
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `The reference of the language` {
  private static let url = Fixtures.repository
    .appendingPathComponent("Sources/ETLKit/ETLKit.docc/Language.md")

  @Test func `is made from the tables of the reader`() throws {
    let article = LanguageReference.article
    let known = try? String(contentsOf: Self.url, encoding: .utf8)
    guard known != article else { return }
    if ["all", "failed", "missing"].contains(ProcessInfo.processInfo.environment["RECORD"]) {
      try article.write(to: Self.url, atomically: true, encoding: .utf8)
      Issue.record("recorded Language.md; run again without RECORD")
    } else {
      Issue.record(
        "Language.md differs from the tables; RECORD=failed swift test --filter LanguageReference writes it anew"
      )
    }
  }

  @Test func `has every table that the sources have`() throws {
    let folder = Fixtures.repository.appendingPathComponent("Sources/ETLKit")
    let files = try #require(FileManager.default.enumerator(atPath: folder.path))
    var titles: [String] = []
    for case let file as String in files where file.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      titles += text.matches(of: #/KeyTable\(\s*title: "([^"\\]*)/#).map { String($0.1) }
    }
    #expect(titles.count > 10)
    let article = LanguageReference.article.lowercased()
    // The tables without a type only serve files whose type is not known.
    for title in titles where !["a source", "a check"].contains(title) {
      #expect(
        article.contains("#### \(title)") || article.contains("#### `\(title)`"),
        "LanguageReference has no table \"\(title)\"")
    }
  }

  @Test func `says what each key takes and is`() {
    for line in LanguageReference.article.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.replacing("\\|", with: "").split(separator: "|")
        .map { $0.trimmingCharacters(in: .whitespaces) }
      #expect(cells.first?.isEmpty == false && cells.last?.isEmpty == false, "\(line)")
      #expect(cells.allSatisfy { $0.count < 320 }, "\(line)")
    }
  }
}
