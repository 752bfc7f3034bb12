// One HTTP request and its answer: no redirects, no retries, no opinion.

import Foundation

/// A request.
struct HTTPRequest: Hashable, Sendable {
  var url: URL
  var headers: [String: String] = [:]
}

/// The head of an answer; names of headers in lower case.
struct HTTPHead: Hashable, Sendable {
  var status: Int
  var headers: [String: String] = [:]

  subscript(_ name: String) -> String? { headers[name] }

  /// The length of the body as it will be received; nil if it is unknown or packed for the way.
  var bodyLength: Int? {
    guard isPlain else { return nil }
    return headers["content-length"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
  }

  private var isPlain: Bool {
    guard let encoding = headers["content-encoding"]?.lowercased() else { return true }
    return encoding.isEmpty || encoding == "identity"
  }
}

/// How an exchange can end before its end.
enum TransportFault: Error, Hashable {
  case timeout
  case hostNotFound
  case connection(String)
  case tls(String)
  case address
  case unknown(String)
  /// The receiver wanted no more.
  case stopped
  /// The task was cancelled.
  case cancelled
}

/// Takes an answer as it comes; called by one thread at a time.
protocol HTTPReceiver: AnyObject, Sendable {
  /// Whether the body of this answer is wanted.
  func wants(_ head: HTTPHead) -> Bool
  /// Takes some of the body; false ends the exchange.
  func take(_ bytes: UnsafeRawBufferPointer) -> Bool
}

/// Something that can do HTTP.
protocol HTTPTransport: Sendable {
  /// Sends one request and follows no redirect.
  ///
  /// `patience` is how many seconds the server may be silent. Gives the head, once the body has ended
  /// or is not wanted.
  func send(
    _ request: HTTPRequest, patience: Double, to receiver: any HTTPReceiver
  ) async throws(TransportFault) -> HTTPHead
}
