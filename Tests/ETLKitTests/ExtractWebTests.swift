// Sources over HTTP, against a real server on loopback; time is a clock that only waits move.

import Foundation
import TestSupport
import Testing

@testable import ETLKit

@Suite struct `An http source` {
  let scratch = ScratchFolder()
  let witness = Witness()

  func fetch(
    _ url: String, headers: [String: String] = [:], fetch: FetchSpec = FetchSpec(),
    known: [Snapshot] = [], packing: Packing = .byName
  ) async throws -> Snapshot {
    let fetcher = SourceFetcher(folder: scratch.path, store: scratch.store, timing: witness.timing)
    let snapshots = try await fetcher.fetch(
      source(.http(url: url, headers: headers), packing: packing, fetch: fetch), known: known,
      report: { [witness] in witness.take($0) })
    return try #require(snapshots.first)
  }

  let once = FetchSpec(backoff: BackoffSpec(attempts: 1))
  let rows = "id,v\n1,10\n2,20\n"

  // MARK: Bytes

  @Test(arguments: [0, 1, 4_096, 16_384, 1_000_000])
  func `stores exactly the bytes of the answer`(count: Int) async throws {
    let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    let server = try LoopbackServer { _, _ in Reply(body: body) }
    let snapshot = try await fetch("\(server.url)/in.csv")
    #expect(try bytes(of: snapshot) == body)
    #expect(snapshot.uri == "\(server.url)/in.csv" && snapshot.resolvedURI == nil)
    #expect(scratch.temporaryNames.isEmpty)
  }

  @Test func `reads a chunked answer to its end`() async throws {
    let body = (0..<5_000).map { UInt8(truncatingIfNeeded: $0) }
    let server = try LoopbackServer { _, _ in Reply(body: body, length: .chunked) }
    #expect(try bytes(of: try await fetch("\(server.url)/in.csv")) == body)
  }

  @Test func `tells how far it is`() async throws {
    let server = try LoopbackServer { [rows] _, _ in .ok(rows) }
    _ = try await fetch("\(server.url)/in.csv")
    #expect(witness.last?.received == rows.utf8.count)
    #expect(witness.last?.expected == rows.utf8.count)
  }

  @Test func `unpacks what the server packs for the way`() async throws {
    let packed = Array(try Data(contentsOf: Fixtures.url("extract/gzip/one.csv.gz")))
    let server = try LoopbackServer { _, _ in
      Reply(headers: [("Content-Encoding", "gzip")], body: packed)
    }
    #expect(try text(of: try await fetch("\(server.url)/in.csv")) == "id,city\n1,Ort\n2,Bern\n")
  }

  @Test func `keeps a packed file packed`() async throws {
    let packed = Array(try Data(contentsOf: Fixtures.url("extract/gzip/one.csv.gz")))
    let server = try LoopbackServer { _, _ in Reply(body: packed) }
    let snapshot = try await fetch("\(server.url)/in.csv.gz?day=1")
    #expect(snapshot.byteCount == packed.count)
    #expect(try text(of: snapshot) == "id,city\n1,Ort\n2,Bern\n")
    #expect(server.requests[0].headers["accept-encoding"] == "identity")
  }

  // MARK: Cut short

  @Test func `says that the answer was cut short`() async throws {
    let server = try LoopbackServer { [rows] _, _ in
      Reply(body: Array(rows.utf8), length: .wrong(100))
    }
    let said = await words { _ = try await fetch("\(server.url)/in.csv") }
    #expect(
      said == """
        orders: the answer ended after 15 bytes, 100 bytes were announced; tried 4 times (fetch.truncated)
          in \(server.url)/in.csv
          fix: try again later
        """)
    #expect(server.paths.count == 4)
    #expect(scratch.names(in: ".etl/blobs").allSatisfy { $0 == "tmp" })
  }

  @Test func `tries again after an answer that was cut short`() async throws {
    let server = try LoopbackServer { [rows] _, asked in
      Reply(body: Array(rows.utf8), cutAfter: asked == 0 ? 7 : nil)
    }
    #expect(try text(of: try await fetch("\(server.url)/in.csv")) == rows)
  }

  @Test func `tries again after a chunked answer without its end`() async throws {
    let server = try LoopbackServer { [rows] _, asked in
      Reply(body: Array(rows.utf8), length: .chunked, cutAfter: asked == 0 ? 10 : nil)
    }
    #expect(try text(of: try await fetch("\(server.url)/in.csv")) == rows)
    #expect(server.paths.count == 2)
  }

  @Test func `asks a gzip of unknown length for its end mark`() async throws {
    let packed = Array(try Data(contentsOf: Fixtures.url("extract/gzip/one.csv.gz")))
    let server = try LoopbackServer { _, asked in
      Reply(body: Array(packed.dropLast(asked == 0 ? 5 : 0)), length: .none)
    }
    #expect(try text(of: try await fetch("\(server.url)/in.csv.gz")) == "id,city\n1,Ort\n2,Bern\n")
    #expect(server.paths.count == 2)
    #expect(scratch.names(in: ".etl/blobs").filter { $0.utf8.count > 64 }.count == 1)
  }

  // MARK: Statuses

  @Test(arguments: [
    (
      404, "the server has no such file (HTTP 404) (fetch.404)", "correct the address of the source"
    ),
    (
      403, "the server does not let us read it (HTTP 403) (fetch.403)",
      "check the address and its headers"
    ),
    (
      401, "the server does not let us read it (HTTP 401) (fetch.401)",
      "check the address and its headers"
    ),
    (410, "the file is gone for good (HTTP 410) (fetch.410)", "find its new address"),
    (418, "the server refused (HTTP 418) (fetch.418)", "check the address and its headers"),
  ])
  func `ends at once`(status: Int, what: String, fix: String) async throws {
    let server = try LoopbackServer { _, _ in .status(status) }
    let said = await words { _ = try await fetch("\(server.url)/in.csv") }
    #expect(said == "orders: \(what)\n  in \(server.url)/in.csv\n  fix: \(fix)")
    #expect(server.paths.count == 1)
  }

  @Test(arguments: [500, 502, 503, 504, 429, 408, 425])
  func `tries again after a passing status`(status: Int) async throws {
    let server = try LoopbackServer { [rows] _, asked in asked < 2 ? .status(status) : .ok(rows) }
    #expect(try text(of: try await fetch("\(server.url)/in.csv")) == rows)
    #expect(witness.waits == [1, 2])
  }

  @Test func `gives up after the agreed attempts`() async throws {
    let server = try LoopbackServer { _, _ in .status(503) }
    let said = await words { _ = try await fetch("\(server.url)/in.csv") }
    #expect(
      said == """
        orders: the server is in trouble (HTTP 503); tried 4 times (fetch.5xx)
          in \(server.url)/in.csv
          fix: try again later
        """)
    #expect(witness.waits == [1, 2, 4])
    #expect(
      witness.events.first?.text
        == "attempt 1 of 4: the server is in trouble (HTTP 503) (fetch.5xx); next in 1 s")
  }

  @Test func `does not wait longer than agreed`() async throws {
    let server = try LoopbackServer { _, _ in .status(500) }
    let spec = FetchSpec(
      backoff: BackoffSpec(attempts: 5, initial: .seconds(1), factor: 10, maximum: .seconds(20)))
    _ = await words { _ = try await fetch("\(server.url)/in.csv", fetch: spec) }
    #expect(witness.waits == [1, 10, 20, 20])
  }

  // MARK: Retry-After

  // The witness's clock starts at 14:22:10.
  @Test(arguments: [
    ("3", 3.0), ("0", 1), ("60", 60), ("Sun, 01 Mar 2026 14:22:14 GMT", 4),
    ("Sunday, 01-Mar-26 14:22:14 GMT", 4), ("Sun Mar  1 14:22:14 2026", 4),
    ("Sun, 01 Mar 2026 13:22:10 GMT", 1), ("soon", 1), ("-5", 1), ("", 1),
  ])
  func `waits as long as the server asks`(value: String, seconds: Double) async throws {
    let server = try LoopbackServer { [rows] _, asked in
      asked == 0 ? .status(429, [("Retry-After", value)]) : .ok(rows)
    }
    #expect(try text(of: try await fetch("\(server.url)/in.csv")) == rows)
    #expect(witness.waits == [seconds])
  }

  @Test(arguments: ["7200", "Sun, 01 Mar 2026 16:22:10 GMT"])
  func `does not wait for hours, but says when to try`(value: String) async throws {
    let server = try LoopbackServer { _, _ in .status(429, [("Retry-After", value)]) }
    do {
      _ = try await fetch("\(server.url)/in.csv")
      Issue.record("nothing was thrown")
    } catch let error as EngineError {
      #expect(error.isTransient && error.exitCode == 2)
      #expect(
        "\(error)" == """
          orders: the server asks for patience (HTTP 429) until 2026-03-01 16:22:10 UTC (fetch.429)
            in \(server.url)/in.csv
            fix: run again after 2026-03-01 16:22:10 UTC
          """)
    }
    #expect(server.paths.count == 1 && witness.waits.isEmpty)
  }

  @Test func `takes a number beyond all numbers for very long`() async throws {
    let server = try LoopbackServer { _, _ in
      .status(429, [("Retry-After", String(repeating: "9", count: 40))])
    }
    #expect(await words { _ = try await fetch("\(server.url)/in.csv") }.contains("2126-02-05"))
  }
}
