// Sources behind an address: http, https and GitHub.

import Foundation

/// Where GitHub is; another place in tests and for mirrors.
public struct GitHubAddresses: Hashable, Sendable {
  /// Serves files: `raw/owner/name/ref/path`.
  public var raw: String
  /// Answers questions: `api/repos/owner/name/commits/ref`.
  public var api: String

  /// Makes a value from its parts.
  public init(
    raw: String = "https://raw.githubusercontent.com", api: String = "https://api.github.com"
  ) {
    self.raw = raw
    self.api = api
  }
}

extension SourceFetcher {
  func page(
    _ address: String, _ headers: [String: String], _ source: SourceSpec, _ known: [Snapshot],
    _ report: @escaping @Sendable (FetchProgress) -> Void
  ) async throws(FetchFailure) -> Snapshot {
    guard let web = WebAddress(address) else { throw .problem(.badAddress(address)) }
    return try await fetched(web, uri: web.text, headers, source, known, report)
  }

  func github(
    _ repository: String, _ ref: String, _ path: String, _ source: SourceSpec, _ known: [Snapshot],
    _ report: @escaping @Sendable (FetchProgress) -> Void
  ) async throws(FetchFailure) -> Snapshot {
    let ref = ref.isEmpty ? "HEAD" : ref
    let uri = "github:\(repository)@\(ref)/\(path)"
    let commit = Self.isCommit(ref) ? ref : await commit(of: ref, repository, source, report)
    if let commit, source.fetch.isConditional,
      let last = known.first(where: { $0.uri == uri && $0.commit == commit }), holds(last)
    {
      return unchanged(last, source, uri: uri, report)
    }
    // A file at a commit never changes; at a branch it may, between the question and the fetch.
    let address = "\(github.raw)/\(repository)/\(Self.escaped(commit ?? ref))/\(Self.escaped(path))"
    guard let web = WebAddress(address) else { throw .problem(.badAddress(address)) }
    var snapshot = try await fetched(web, uri: uri, [:], source, known, report)
    snapshot.commit = commit ?? (snapshot.outcome == .notModified ? snapshot.commit : nil)
    return snapshot
  }

  private func fetched(
    _ address: WebAddress, uri: String, _ headers: [String: String], _ source: SourceSpec,
    _ known: [Snapshot], _ report: @escaping @Sendable (FetchProgress) -> Void
  ) async throws(FetchFailure) -> Snapshot {
    let name = source.name.value
    let last = known.first { $0.uri == uri && ($0.etag != nil || $0.lastModified != nil) }
    let attempt = WebFetch(
      store: store, transport: transport, fetch: source.fetch, now: timing.now,
      progress: { received, expected in
        report(FetchProgress(source: name, member: uri, received: received, expected: expected))
      },
      redirected: { from, to in
        report(FetchProgress(source: name, member: uri, event: .redirected(from: from, to: to)))
      })
    var condition = source.fetch.isConditional ? Self.condition(last) : [:]
    if !condition.isEmpty, let last, !holds(last) {
      report(FetchProgress(source: name, member: uri, event: .copyGone(uri: uri)))
      condition = [:]
    }
    let sent = condition
    return try await retrying(source.fetch.backoff, name, uri, report) {
      () throws(FetchFailure) in
      var answer = try await attempt.get(address, headers: headers, condition: sent)
      if case .notModified = answer, let last {
        if holds(last) { return unchanged(last, source, uri: uri, report) }
        report(FetchProgress(source: name, member: uri, event: .copyGone(uri: uri)))
        answer = try await attempt.get(address, headers: headers)
      }
      guard case .stored(let blob, let head, let url) = answer else {
        throw .problem(.status(url: address.text, code: 304))
      }
      let snapshot = Snapshot(
        source: name, uri: uri, resolvedURI: url == uri ? nil : url, etag: head["etag"],
        lastModified: head["last-modified"], sha256: blob.sha256, byteCount: blob.byteCount,
        blobPath: blob.path, outcome: blob.isNew ? .fetched : .sameContent)
      try verify(snapshot, source.packing, head, url)
      return snapshot
    }
  }

  /// A body of unknown length that is gzip proves by its end mark that it came whole.
  private func verify(
    _ snapshot: Snapshot, _ packing: Packing, _ head: HTTPHead, _ url: String
  ) throws(FetchFailure) {
    guard head.bodyLength == nil, packing != .none else { return }
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    defer { block.deallocate() }
    do throws(EngineError) {
      var reader = try BlobReader(snapshot, packing: packing)
      guard reader.isPacked else { return }
      while try reader.read(into: block) > 0 {}
    } catch {
      guard case .fetch(let problem) = error.problem else { throw .cancelled }
      if case .archiveCut = problem {
        if snapshot.outcome == .fetched { store.remove(snapshot.sha256) }
        throw .problem(.truncated(url: url, expected: nil, received: snapshot.byteCount))
      }
      throw .problem(problem)
    }
  }

  private func holds(_ snapshot: Snapshot) -> Bool {
    store.holds(snapshot.sha256, byteCount: snapshot.byteCount)
  }

  private func unchanged(
    _ last: Snapshot, _ source: SourceSpec, uri: String,
    _ report: @Sendable (FetchProgress) -> Void
  ) -> Snapshot {
    report(
      FetchProgress(source: source.name.value, member: uri, event: .notModified(uri: uri)))
    var snapshot = last
    snapshot.outcome = .notModified
    snapshot.source = source.name.value
    snapshot.blobPath = store.path(of: last.sha256)
    return snapshot
  }

  private static func condition(_ last: Snapshot?) -> [String: String] {
    var condition: [String: String] = [:]
    condition["If-None-Match"] = last?.etag
    condition["If-Modified-Since"] = last?.lastModified
    return condition
  }

  /// Which commit a branch or tag stands for; nil if GitHub does not say, which stops nothing.
  private func commit(
    of ref: String, _ repository: String, _ source: SourceSpec,
    _ report: @Sendable (FetchProgress) -> Void
  ) async -> String? {
    let unknown = FetchProgress(
      source: source.name.value, member: repository,
      event: .commitUnknown(repository: repository, ref: ref))
    let answer = TextReceiver()
    guard
      let address = WebAddress("\(github.api)/repos/\(repository)/commits/\(Self.escaped(ref))"),
      let head = try? await transport.send(
        HTTPRequest(
          url: address.url,
          headers: ["User-Agent": "etl-tui", "Accept": "application/vnd.github.sha"]),
        patience: min(5, source.fetch.timeout.inSeconds), to: answer),
      head.status == 200, Self.isCommit(answer.text)
    else {
      report(unknown)
      return nil
    }
    return answer.text
  }

  private static func isCommit(_ text: String) -> Bool {
    text.utf8.count == 40
      && text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
      }
  }

  private static func escaped(_ path: String) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8)
    return path.utf8.reduce(into: "") { text, byte in
      if plain.contains(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%" + BlobStore.hexadecimal([byte]).uppercased()
      }
    }
  }
}

/// Takes a short text.
///
/// `@unchecked Sendable`: touched by the exchange's queue while it lasts, and by the fetch after.
final class TextReceiver: HTTPReceiver, @unchecked Sendable {
  private var bytes: [UInt8] = []

  /// What came, without blanks around it.
  var text: String {
    String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func wants(_ head: HTTPHead) -> Bool { head.status == 200 }

  func take(_ more: UnsafeRawBufferPointer) -> Bool {
    bytes += more
    return bytes.count <= 4_096
  }
}
