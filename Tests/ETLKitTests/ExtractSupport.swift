// What the tests of Extract share: a folder that goes away, inputs, and short ways to fetch.

import Foundation
import Records
import Synchronization

@testable import ETLKit

/// A folder for one test, removed afterwards.
final class ScratchFolder: Sendable {
  let path: String

  init() {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("etl-extract-\(UUID().uuidString)").path
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    chmod("\(path)/.etl/blobs", 0o755)
    try? FileManager.default.removeItem(atPath: path)
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try write(name, Array(text.utf8))
  }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  /// Everything below a folder, sorted.
  func names(in folder: String) -> [String] {
    (FileManager.default.enumerator(atPath: "\(path)/\(folder)")?.compactMap { $0 as? String } ?? [])
      .sorted()
  }

  var store: BlobStore { BlobStore(folder: "\(path)/.etl/blobs") }
  var temporaryNames: [String] { names(in: ".etl/blobs/tmp") }
}

/// Notes what a fetch told, and what it waited, without waiting.
final class Witness: Sendable {
  private let notes = Mutex<(events: [FetchEvent], waits: [Double], last: FetchProgress?)>(
    ([], [], nil))
  let start = Timestamp(microseconds: 1_772_374_930_000_000)  // 2026-03-01 14:22:10 UTC

  var events: [FetchEvent] { notes.withLock { $0.events } }
  var waits: [Double] { notes.withLock { $0.waits } }
  var last: FetchProgress? { notes.withLock { $0.last } }

  func take(_ progress: FetchProgress) {
    notes.withLock { notes in
      if let event = progress.event { notes.events.append(event) } else { notes.last = progress }
    }
  }

  /// A clock that moves only when somebody waits.
  var timing: FetchTiming {
    FetchTiming(
      now: { self.start.adding(seconds: self.waits.reduce(0, +)) },
      wait: { seconds in self.notes.withLock { $0.waits.append(seconds) } },
      random: { 1 })
  }
}

func source(
  _ location: SourceLocation, packing: Packing = .byName, fetch: FetchSpec = FetchSpec(),
  columns: [ColumnSpec] = [], dialect: Dialect = Dialect(), contract: Contract = Contract()
) -> SourceSpec {
  let mark = TextMark(line: 1, column: 1)
  return SourceSpec(
    name: Located("orders", at: mark), location: location, dialect: dialect, packing: packing,
    columns: columns.map { Located($0, at: mark) }, contract: contract, fetch: fetch)
}

func bytes(of snapshot: Snapshot, packing: Packing = .byName, buffer: Int = 4_096) throws -> [UInt8]
{
  var reader = try BlobReader(snapshot, packing: packing)
  var block = [UInt8](repeating: 0, count: buffer)
  var all: [UInt8] = []
  while true {
    let count = try block.withUnsafeMutableBytes { try reader.read(into: $0) }
    guard count > 0 else { return all }
    all += block[..<count]
  }
}

func text(of snapshot: Snapshot, packing: Packing = .byName) throws -> String {
  String(decoding: try bytes(of: snapshot, packing: packing), as: UTF8.self)
}

/// The words of the engine error that an action throws.
func words(_ action: () async throws -> Void) async -> String {
  do {
    try await action()
    return "nothing was thrown"
  } catch {
    return "\(error)"
  }
}
