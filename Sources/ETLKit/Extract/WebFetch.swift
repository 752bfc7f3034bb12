// One attempt to bring a file from the web into a blob: conditions, redirects, limits, completeness.

import Foundation

/// What a server gave.
enum WebAnswer: Sendable {
  /// Nothing changed since the condition that was sent.
  case notModified(url: String)
  /// A body, stored.
  case stored(StoredBlob, head: HTTPHead, url: String)
}

/// One attempt at one address.
struct WebFetch: Sendable {
  var store: BlobStore
  var transport: any HTTPTransport
  var fetch: FetchSpec
  var now: @Sendable () -> Timestamp
  /// Called with the bytes so far and those there will be.
  var progress: @Sendable (_ received: Int, _ expected: Int?) -> Void = { _, _ in }
  /// Called for each redirect.
  var redirected: @Sendable (_ from: String, _ to: String) -> Void = { _, _ in }

  /// Gets an address.
  ///
  /// The headers go to the address's own host, port and scheme only; the validators of the
  /// condition go along on every hop.
  func get(
    _ address: WebAddress, headers: [String: String], condition: [String: String] = [:]
  ) async throws(FetchFailure) -> WebAnswer {
    var current = address
    var hops = 0
    while true {
      var sent = ["User-Agent": "etl-tui", "Accept": "*/*"]
      sent.merge(condition) { $1 }
      // The sender of the file may pack it for the way, but not what is packed already.
      if current.isNamedGzip { sent["Accept-Encoding"] = "identity" }
      if current.origin == address.origin {
        sent.merge(address.credentials) { $1 }
        sent.merge(headers) { $1 }
      }
      let receiver = BlobReceiver(
        store: store, url: current.text, limit: fetch.maximumBytes, progress: progress)
      // The session may hold the receiver a little longer than it is of use.
      defer { receiver.drop() }
      let head = try await exchange(HTTPRequest(url: current.url, headers: sent), receiver, current)
      switch head.status {
      case 200:
        return .stored(try receiver.finish(), head: head, url: current.text)
      case 304 where !condition.isEmpty:
        return .notModified(url: current.text)
      case 301, 302, 303, 307, 308:
        hops += 1
        guard hops <= fetch.maximumRedirects else {
          throw .problem(.tooManyRedirects(url: address.text, limit: fetch.maximumRedirects))
        }
        let next = try current.following(head["location"])
        redirected(current.text, next.text)
        current = next
      default:
        throw .problem(
          .status(url: current.text, code: head.status),
          retryAt: Self.retryTime(head, now: now()))
      }
    }
  }

  /// When a server wants to be asked again: seconds or a date; nil if neither can be read.
  static func retryTime(_ head: HTTPHead, now: Timestamp) -> Timestamp? {
    guard let text = head["retry-after"]?.trimmingCharacters(in: .whitespaces), !text.isEmpty
    else { return nil }
    if text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
      // A number too long for an integer is at least as long as anybody's patience.
      return now.adding(seconds: Double(min(Int(text) ?? .max, 100 * 365 * 86_400)))
    }
    return HTTPDate.read(text, now: now)
  }

  private func exchange(
    _ request: HTTPRequest, _ receiver: BlobReceiver, _ address: WebAddress
  ) async throws(FetchFailure) -> HTTPHead {
    let url = address.text
    do throws(TransportFault) {
      return try await transport.send(request, patience: fetch.timeout.inSeconds, to: receiver)
    } catch {
      switch error {
      case .timeout: throw .problem(.timeout(url: url, seconds: fetch.timeout.inSeconds))
      case .hostNotFound: throw .problem(.hostNotFound(url: url, host: request.url.host ?? ""))
      case .connection(let detail): throw .problem(.connection(url: url, detail: detail))
      case .tls(let detail): throw .problem(.tls(url: url, detail: detail))
      case .address: throw .problem(.badAddress(url))
      case .unknown(let detail):
        throw .problem(receiver.cut(url) ?? .transport(url: url, detail: detail))
      case .stopped: throw .problem(receiver.problem ?? .transport(url: url, detail: "stopped"))
      case .cancelled: throw .cancelled
      }
    }
  }
}

/// Writes a body into a blob.
///
/// `@unchecked Sendable`: what changes is touched under its lock, because a cancelled exchange may
/// still deliver its last bytes.
final class BlobReceiver: HTTPReceiver, @unchecked Sendable {
  private let lock = NSLock()
  private let store: BlobStore
  private let url: String
  private let limit: Int
  private let progress: @Sendable (Int, Int?) -> Void
  private var writer: BlobWriter?
  private var expected: Int?
  private var trouble: FetchProblem?

  init(
    store: BlobStore, url: String, limit: Int, progress: @escaping @Sendable (Int, Int?) -> Void
  ) {
    self.store = store
    self.url = url
    self.limit = limit
    self.progress = progress
  }

  /// What made it refuse.
  var problem: FetchProblem? { lock.withLock { trouble } }

  func wants(_ head: HTTPHead) -> Bool { lock.withLock { begin(head) } }

  func take(_ bytes: UnsafeRawBufferPointer) -> Bool { lock.withLock { add(bytes) } }

  /// Forgets what was not finished.
  func drop() { lock.withLock { writer = nil } }

  /// The trouble of a transfer that broke inside its body.
  func cut(_ url: String) -> FetchProblem? {
    lock.withLock {
      writer.map { .truncated(url: url, expected: expected, received: $0.byteCount) }
    }
  }

  /// Makes the blob, if the body is whole.
  func finish() throws(FetchFailure) -> StoredBlob {
    let (writer, expected, trouble) = lock.withLock { (self.writer, self.expected, self.trouble) }
    if let trouble { throw .problem(trouble) }
    guard let writer else { throw .problem(.transport(url: url, detail: "there was no body")) }
    if let expected, expected != writer.byteCount {
      throw .problem(.truncated(url: url, expected: expected, received: writer.byteCount))
    }
    do throws(FetchProblem) { return try writer.finish() } catch { throw .problem(error) }
  }

  private func begin(_ head: HTTPHead) -> Bool {
    guard head.status == 200 else { return false }
    expected = head.bodyLength
    if let expected, expected > limit {
      trouble = .tooLarge(url: url, limit: limit, announced: expected)
      return false
    }
    do throws(FetchProblem) {
      writer = try BlobWriter(in: store)
      return true
    } catch {
      trouble = error
      return false
    }
  }

  private func add(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let writer else { return false }
    guard writer.byteCount + bytes.count <= limit else {
      trouble = .tooLarge(url: url, limit: limit, announced: nil)
      return false
    }
    do throws(FetchProblem) { try writer.append(bytes) } catch {
      trouble = error
      return false
    }
    progress(writer.byteCount, expected)
    return true
  }
}
