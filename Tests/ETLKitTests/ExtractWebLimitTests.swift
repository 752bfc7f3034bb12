// What an http source does not fetch, and how it ends when it cannot.

import Foundation
import Testing

@testable import ETLKit

extension `An http source` {
  // MARK: Nothing new

  @Test func `asks only for what changed`() async throws {
    let server = try LoopbackServer { [rows] request, _ in
      request.headers["if-none-match"] == "\"v1\""
        ? .status(304)
        : .ok(rows, [("ETag", "\"v1\""), ("Last-Modified", "Sun, 01 Mar 2026 00:00:00 GMT")])
    }
    let first = try await fetch("\(server.url)/in.csv")
    #expect(first.etag == "\"v1\"" && first.lastModified == "Sun, 01 Mar 2026 00:00:00 GMT")
    var known = first
    known.id = 7
    let second = try await fetch("\(server.url)/in.csv", known: [known])
    #expect(second.outcome == .notModified && second.sha256 == first.sha256 && second.id == 7)
    #expect(
      server.requests[1].headers["if-modified-since"] == "Sun, 01 Mar 2026 00:00:00 GMT")
    #expect(witness.events == [.notModified(uri: "\(server.url)/in.csv")])
  }

  @Test func `asks without a condition when told so or when the address changed`() async throws {
    let server = try LoopbackServer { [rows] _, _ in .ok(rows, [("ETag", "\"v1\"")]) }
    let known = try await fetch("\(server.url)/in.csv")
    let plain = FetchSpec(isConditional: false)
    let again = try await fetch("\(server.url)/in.csv", fetch: plain, known: [known])
    _ = try await fetch("\(server.url)/other.csv", known: [known])
    #expect(again.outcome == .sameContent)
    #expect(server.requests.allSatisfy { $0.headers["if-none-match"] == nil })
  }

  @Test func `fetches again when the stored copy is gone`() async throws {
    let server = try LoopbackServer { [rows] request, _ in
      request.headers["if-none-match"] == nil ? .ok(rows, [("ETag", "\"v1\"")]) : .status(304)
    }
    let known = try await fetch("\(server.url)/in.csv")
    try FileManager.default.removeItem(atPath: known.blobPath)
    let second = try await fetch("\(server.url)/in.csv", known: [known])
    #expect(try text(of: second) == rows)
    #expect(witness.events.first == .copyGone(uri: "\(server.url)/in.csv"))
  }

  @Test func `fetches again when the copy goes while it asks`() async throws {
    let scratch = scratch
    let server = try LoopbackServer { [rows] request, _ in
      guard request.headers["if-none-match"] != nil else { return .ok(rows, [("ETag", "\"v1\"")]) }
      for name in scratch.names(in: ".etl/blobs") where name.utf8.count > 64 {
        try? FileManager.default.removeItem(atPath: "\(scratch.path)/.etl/blobs/\(name)")
      }
      return .status(304)
    }
    let known = try await fetch("\(server.url)/in.csv")
    let second = try await fetch("\(server.url)/in.csv", known: [known])
    #expect(try text(of: second) == rows)
    #expect(server.paths.count == 3)
  }

  @Test func `does not believe an answer of no change that nobody asked for`() async throws {
    let server = try LoopbackServer { [rows] _, asked in asked == 0 ? .status(304) : .ok(rows) }
    #expect(try text(of: try await fetch("\(server.url)/in.csv")) == rows)
  }

  // MARK: Limits and faults

  @Test func `refuses more than is allowed before it comes`() async throws {
    let server = try LoopbackServer { _, _ in Reply(body: [UInt8](repeating: 65, count: 2_000)) }
    let said = await words {
      _ = try await fetch("\(server.url)/in.csv", fetch: FetchSpec(maximumBytes: 1_500))
    }
    #expect(
      said == """
        orders: the answer has 2,000 bytes, at most 1,500 bytes are allowed (fetch.too_large)
          in \(server.url)/in.csv
          fix: raise fetch.max_bytes
        """)
  }

  @Test func `stops an answer that goes on beyond what is allowed`() async throws {
    let server = try LoopbackServer { _, _ in
      Reply(body: [UInt8](repeating: 65, count: 200_000), length: .chunked)
    }
    let said = await words {
      _ = try await fetch("\(server.url)/in.csv", fetch: FetchSpec(maximumBytes: 1_500))
    }
    #expect(
      said.hasPrefix(
        "orders: the answer goes on, at most 1,500 bytes are allowed (fetch.too_large)"))
    #expect(server.paths.count == 1)
    #expect(scratch.temporaryNames.isEmpty)
  }

  @Test func `does not wait for a silent server longer than agreed`() async throws {
    let server = try LoopbackServer { _, _ in Reply(isSilent: true) }
    let spec = FetchSpec(timeout: .milliseconds(50), backoff: BackoffSpec(attempts: 2))
    let said = await words { _ = try await fetch("\(server.url)/in.csv", fetch: spec) }
    #expect(
      said == """
        orders: nothing came for 0.05 s; tried 2 times (fetch.timeout)
          in \(server.url)/in.csv
          fix: try again later, or raise fetch.timeout
        """)
  }

  @Test func `tries again after a connection that broke`() async throws {
    let server = try LoopbackServer { [rows] _, asked in
      asked == 0 ? Reply(isDropped: true) : .ok(rows)
    }
    #expect(try text(of: try await fetch("\(server.url)/in.csv")) == rows)
  }

  @Test func `says that nobody listens`() async throws {
    let port = try LoopbackServer { _, _ in Reply() }.port
    let said = await words { _ = try await fetch("http://127.0.0.1:\(port)/in.csv", fetch: once) }
    #expect(
      said == """
        orders: the connection was refused or broke: no connection (fetch.reset)
          in http://127.0.0.1:\(port)/in.csv
          fix: try again later
        """)
  }

  @Test func `says that a name cannot be resolved`() async {
    let said = await words {
      _ = try await fetch("http://no-such-host.invalid/in.csv", fetch: once)
    }
    #expect(
      said == """
        orders: the name no-such-host.invalid could not be resolved (fetch.dns)
          in http://no-such-host.invalid/in.csv
          fix: check the name and the network: getent hosts no-such-host.invalid
        """)
  }

  @Test(arguments: ["ftp://host/in.csv", "in.csv", "http://", "file:///etc/passwd", ""])
  func `refuses what is no address`(address: String) async {
    let said = await words { _ = try await fetch(address) }
    #expect(
      said == """
        orders: "\(address)" is not an address to fetch from (fetch.address)
          fix: write http://host/path or https://host/path
        """)
  }

  @Test func `ends as cancelled in the middle of a silence`() async throws {
    let server = try LoopbackServer { _, _ in Reply(isSilent: true) }
    let fetcher = SourceFetcher(folder: scratch.path, store: scratch.store)
    let spec = source(.http(url: "\(server.url)/in.csv", headers: [:]))
    let task = Task { await words { _ = try await fetcher.fetch(spec) } }
    while server.requests.isEmpty { await Task.yield() }
    task.cancel()
    #expect(await task.value == "orders: stopped on request, nothing was published (run.cancelled)")
    #expect(scratch.temporaryNames.isEmpty)
  }

  @Test func `says that the disk is full and leaves nothing`() async throws {
    let server = try LoopbackServer { [rows] _, _ in .ok(rows) }
    let full = BlobStore(folder: scratch.store.folder) { step throws(SystemFault) in
      if step == .write { throw SystemFault(number: ENOSPC) }
    }
    let fetcher = SourceFetcher(folder: scratch.path, store: full, timing: witness.timing)
    let said = await words {
      _ = try await fetcher.fetch(source(.http(url: "\(server.url)/in.csv", headers: [:])))
    }
    #expect(said.hasPrefix("orders: no space left for fetched files after 0 bytes"))
    #expect(scratch.temporaryNames.isEmpty && server.paths.count == 1)
  }
}
