// Redirects, credentials, and GitHub played by a server on loopback.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `A redirect` {
  private let scratch = ScratchFolder()
  private let witness = Witness()

  private func fetch(
    _ url: String, headers: [String: String] = [:], fetch: FetchSpec = FetchSpec()
  ) async throws -> Snapshot {
    let fetcher = SourceFetcher(folder: scratch.path, store: scratch.store, timing: witness.timing)
    let snapshots = try await fetcher.fetch(
      source(.http(url: url, headers: headers), fetch: fetch),
      report: { [witness] in witness.take($0) })
    return try #require(snapshots.first)
  }

  @Test(arguments: [301, 302, 303, 307, 308])
  func `is followed and told`(status: Int) async throws {
    let server = try LoopbackServer { request, _ in
      request.path == "/a" ? .redirect(status, to: "/b?x=1") : .ok("id\n1\n")
    }
    let snapshot = try await fetch("\(server.url)/a")
    #expect(try text(of: snapshot) == "id\n1\n")
    #expect(snapshot.uri == "\(server.url)/a" && snapshot.resolvedURI == "\(server.url)/b?x=1")
    #expect(witness.events.map(\.text) == ["\(server.url)/a redirects to \(server.url)/b?x=1"])
  }

  @Test func `takes headers and passwords along on the same host`() async throws {
    let server = try LoopbackServer { request, _ in
      request.path == "/a" ? .redirect(to: "/b") : .ok("id\n1\n")
    }
    _ = try await fetch(
      server.url.replacing("http://", with: "http://ann:secret@") + "/a", headers: ["X-Key": "k"])
    #expect(
      server.requests.map { $0.headers["authorization"] } == [
        "Basic YW5uOnNlY3JldA==", "Basic YW5uOnNlY3JldA==",
      ])
    #expect(server.requests.map { $0.headers["x-key"] } == ["k", "k"])
  }

  @Test func `takes none of them to another host, and back again`() async throws {
    let port = Port()
    let server = try LoopbackServer { request, _ in
      switch request.path {
      case "/a": .redirect(to: "http://localhost:\(port.number)/b")
      case "/b": .redirect(to: "http://bob:guess@localhost:\(port.number)/c")
      default: .ok("id\n1\n")
      }
    }
    port.set(server.port)
    let snapshot = try await fetch(
      "\(server.url)/a", headers: ["Authorization": "Bearer T", "X-Key": "k"])
    #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer T", nil, nil])
    #expect(server.requests.map { $0.headers["x-key"] } == ["k", nil, nil])
    #expect(snapshot.resolvedURI == "\(server.otherURL)/c")
  }

  @Test func `ends after the agreed number`() async throws {
    let server = try LoopbackServer { _, _ in .redirect(to: "/again") }
    let said = await words { _ = try await fetch("\(server.url)/a") }
    #expect(
      said == """
        orders: more than 5 redirects (fetch.redirect)
          in \(server.url)/a
          fix: write the final address, or raise fetch.max_redirects
        """)
    #expect(server.paths.count == 6)
  }

  @Test(arguments: ["ftp://host/x", "file:///etc/passwd", "mailto:ann@example.org"])
  func `to something else than http is refused`(target: String) async throws {
    let server = try LoopbackServer { _, _ in .redirect(to: target) }
    let said = await words { _ = try await fetch("\(server.url)/a") }
    #expect(
      said == """
        orders: redirected to "\(target)", an address with http or https was expected (fetch.redirect)
          in \(server.url)/a
          fix: write the final address
        """)
    #expect(server.paths.count == 1)
  }

  @Test func `to nowhere is refused`() async throws {
    let server = try LoopbackServer { _, _ in .status(302) }
    let said = await words { _ = try await fetch("\(server.url)/a") }
    #expect(
      said.hasPrefix("orders: redirected to nowhere, an address with http or https was expected"))
  }

  @Test func `from https to http is refused`() throws {
    let address = try #require(WebAddress("https://host/a"))
    #expect(
      throws: FetchFailure.problem(.downgrade(url: "https://host/a", target: "http://host/b"))
    ) { try address.following("http://host/b") }
    #expect(
      "\(EngineError(.fetch(.downgrade(url: "https://host/a", target: "http://host/b"))))" == """
        redirected from https to http, which is not followed: http://host/b (fetch.redirect)
          in https://host/a
          fix: write the final address if it is to be trusted
        """)
  }

  @Test func `of many sources at once does no harm`() async throws {
    let server = try LoopbackServer { request, _ in
      request.path.hasPrefix("/r/")
        ? .redirect(to: "/d/" + request.path.dropFirst(3)) : .ok(request.path)
    }
    let fetcher = SourceFetcher(folder: scratch.path, store: scratch.store)
    let texts = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 1...24 {
        group.addTask {
          let spec = source(.http(url: "\(server.url)/r/\(number)", headers: [:]))
          return try text(of: try await fetcher.fetch(spec)[0])
        }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(texts == Set((1...24).map { "/d/\($0)" }))
  }

  /// A port that is known only after the server that needs it.
  private final class Port: @unchecked Sendable {
    private(set) var number = 0
    func set(_ number: Int) { self.number = number }
  }
}

@Suite struct `A github source` {
  private let scratch = ScratchFolder()
  private let witness = Witness()
  private let commit = String(repeating: "0123456789", count: 4)

  private func fetch(
    _ server: LoopbackServer, ref: String = "main", path: String = "data/us daily.csv",
    known: [Snapshot] = []
  ) async throws -> Snapshot {
    let fetcher = SourceFetcher(
      folder: scratch.path, store: scratch.store, timing: witness.timing,
      github: GitHubAddresses(raw: "\(server.url)/raw", api: "\(server.url)/api"))
    let snapshots = try await fetcher.fetch(
      source(.github(repository: "ann/numbers", ref: ref, path: path)), known: known,
      report: { [witness] in witness.take($0) })
    return try #require(snapshots.first)
  }

  @Test func `fetches the file at the commit that its branch stands for`() async throws {
    let server = try LoopbackServer { [commit] request, _ in
      request.path.hasPrefix("/api") ? .ok(commit) : .ok("id\n1\n")
    }
    let snapshot = try await fetch(server)
    #expect(snapshot.commit == commit)
    #expect(snapshot.uri == "github:ann/numbers@main/data/us daily.csv")
    #expect(
      server.paths == [
        "/api/repos/ann/numbers/commits/main",
        "/raw/ann/numbers/\(commit)/data/us%20daily.csv",
      ])
    #expect(server.requests[0].headers["accept"] == "application/vnd.github.sha")
  }

  @Test func `fetches nothing while the commit is the same`() async throws {
    let server = try LoopbackServer { [commit] request, _ in
      request.path.hasPrefix("/api") ? .ok(commit) : .ok("id\n1\n")
    }
    let known = try await fetch(server)
    let again = try await fetch(server, known: [known])
    #expect(again.outcome == .notModified && again.sha256 == known.sha256)
    #expect(server.paths.count == 3)
  }

  @Test(arguments: [403, 404, 500])
  func `does without the commit if it cannot be had`(status: Int) async throws {
    let server = try LoopbackServer { request, _ in
      request.path.hasPrefix("/api") ? .status(status) : .ok("id\n1\n", [("ETag", "\"v1\"")])
    }
    let snapshot = try await fetch(server)
    #expect(snapshot.commit == nil && snapshot.etag == "\"v1\"")
    #expect(server.paths.last == "/raw/ann/numbers/main/data/us%20daily.csv")
    #expect(
      witness.events.map(\.text) == ["GitHub does not say which commit main of ann/numbers is"])
  }

  @Test func `asks nobody about a commit`() async throws {
    let server = try LoopbackServer { _, _ in .ok("id\n1\n") }
    #expect(try await fetch(server, ref: commit, path: "us.csv").commit == commit)
    #expect(server.paths == ["/raw/ann/numbers/\(commit)/us.csv"])
  }

  @Test func `says that the file is not there`() async throws {
    let server = try LoopbackServer { [commit] request, _ in
      request.path.hasPrefix("/api") ? .ok(commit) : .status(404)
    }
    #expect(
      await words { _ = try await fetch(server) }
        .hasPrefix("orders: the server has no such file (HTTP 404) (fetch.404)"))
  }
}

@Suite struct `A transport fault` {
  @Test(arguments: [
    (-1_001, "The request timed out.", TransportFault.timeout),
    (-1_003, "", .hostNotFound), (-1_004, "", .connection("no connection")),
    (-1_005, "", .connection("the server closed it")),
    (
      -1, "SSL certificate problem: unable to get local issuer certificate",
      .tls("SSL certificate problem: unable to get local issuer certificate")
    ),
    (-1_202, "untrusted", .tls("untrusted")), (-1, "odd", .unknown("odd")),
    (-4_711, "odd\nand more", .unknown("odd (-4711)")), (-1_002, "", .address),
  ])
  func `is named from what URLSession says`(code: Int, text: String, fault: TransportFault) {
    #expect(TransportFault(code: code, text: text) == fault)
  }

  @Test func `has words for a certificate`() {
    #expect(
      "\(EngineError(.fetch(.tls(url: "https://host/", detail: "untrusted"))))" == """
        no safe connection: untrusted (fetch.tls)
          in https://host/
          fix: check the server's certificate and this machine's clock and list of authorities
        """)
  }
}
