// The files of fixtures/csv and fixtures/jsonl as bytes.

import Foundation

enum Fixtures {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures")

  static func bytes(_ name: String) throws -> [UInt8] {
    try [UInt8](
      Data(
        contentsOf: folder.appending(path: name.hasSuffix(".csv") ? "csv" : "jsonl").appending(
          path: name)))
  }

  static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "csv").path)
      .filter { $0.hasSuffix(".csv") }.sorted()
  }
}
