// HTTP through FoundationNetworking.
//
// Each exchange has a session of its own: no cookies, caches or handles are shared, and redirects
// are refused in the delegate (followed by URLSession they can trap the process, and they carry
// credentials to other hosts).

import Dispatch
import Foundation
import FoundationNetworking
import Synchronization

/// HTTP through URLSession.
struct SessionTransport: HTTPTransport {
  func send(
    _ request: HTTPRequest, patience: Double, to receiver: any HTTPReceiver
  ) async throws(TransportFault) -> HTTPHead {
    let exchange = Exchange(receiver: receiver, patience: patience)
    let result: Result<HTTPHead, TransportFault> = await withTaskCancellationHandler {
      await withCheckedContinuation { exchange.start(request, $0) }
    } onCancel: {
      exchange.end(.failure(.cancelled))
    }
    return try result.get()
  }
}

/// One request in flight.
private final class Exchange: NSObject, URLSessionDataDelegate, Sendable {
  private struct State {
    var continuation: CheckedContinuation<Result<HTTPHead, TransportFault>, Never>?
    var result: Result<HTTPHead, TransportFault>?
    var session: URLSession?
    var head: HTTPHead?
    var lastSign = DispatchTime.now()
    var bytesSinceSign = 0
    var drained = 0
  }

  /// A server that drips fewer bytes than this within its patience counts as silent.
  private static let leastBytes = 1_024

  /// So much of an unwanted body is read to its end; more is cancelled.
  private static let mostDrained = 256 << 10

  private let receiver: any HTTPReceiver
  private let patience: Double
  private let state = Mutex(State())

  init(receiver: any HTTPReceiver, patience: Double) {
    self.receiver = receiver
    self.patience = patience
  }

  func start(
    _ request: HTTPRequest,
    _ continuation: CheckedContinuation<Result<HTTPHead, TransportFault>, Never>
  ) {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.urlCache = nil
    configuration.urlCredentialStorage = nil
    configuration.httpCookieStorage = nil
    configuration.httpShouldSetCookies = false
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    var urlRequest = URLRequest(url: request.url)
    // Silence is measured here, not there: its timer counts in whole seconds.
    urlRequest.timeoutInterval = 86_400
    for (name, value) in request.headers { urlRequest.setValue(value, forHTTPHeaderField: name) }
    let session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
    let isCancelled = state.withLock { state in
      if let result = state.result {
        continuation.resume(returning: result)
        return true
      }
      state.continuation = continuation
      state.session = session
      state.lastSign = .now()
      return false
    }
    guard !isCancelled else { return session.invalidateAndCancel() }
    session.dataTask(with: urlRequest).resume()
    watch(after: patience)
  }

  /// Ends the exchange; only the first end counts.
  ///
  /// With an answer the session may finish by itself: URLSession can trap when a task is cancelled
  /// that is just about to end.
  func end(_ result: Result<HTTPHead, TransportFault>) {
    let (continuation, session) = state.withLock { state in
      guard state.result == nil else { return (nil, nil) as (Continuation?, URLSession?) }
      state.result = result
      defer {
        state.continuation = nil
        state.session = nil
      }
      return (state.continuation, state.session)
    }
    // Outside of the lock: both may call back.
    switch result {
    case .success: session?.finishTasksAndInvalidate()
    case .failure: session?.invalidateAndCancel()
    }
    continuation?.resume(returning: result)
  }

  private typealias Continuation = CheckedContinuation<Result<HTTPHead, TransportFault>, Never>

  private func watch(after seconds: Double) {
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [weak self] in
      guard let self else { return }
      let silence: Double? = state.withLock { state in
        guard state.result == nil else { return nil }
        return Double(DispatchTime.now().uptimeNanoseconds - state.lastSign.uptimeNanoseconds) / 1e9
      }
      guard let silence else { return }
      if silence >= patience { end(.failure(.timeout)) } else { watch(after: patience - silence) }
    }
  }

  /// Answers a question of the session, unless the exchange is over.
  ///
  /// A session that is cancelled first and answered afterwards traps the process. So the answer is
  /// given under the lock that `end` takes before it cancels, and not at all after that.
  private func answer(_ reply: () -> Void) -> Bool {
    state.withLock { state in
      guard state.result == nil else { return false }
      reply()
      return true
    }
  }

  private var isOver: Bool { state.withLock { $0.result != nil } }

  private func receive(_ response: URLResponse) -> HTTPHead {
    let http = response as? HTTPURLResponse
    var headers: [String: String] = [:]
    for (name, value) in http?.allHeaderFields ?? [:] {
      headers["\(name)".lowercased()] = "\(value)"
    }
    let head = HTTPHead(status: http?.statusCode ?? 0, headers: headers)
    state.withLock { state in
      state.head = head
      state.lastSign = .now()
    }
    return head
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
    completionHandler: @escaping (URLRequest?) -> Void
  ) {
    let head = receive(response)
    if answer({ completionHandler(nil) }) { end(.success(head)) }
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    let head = receive(response)
    let isWanted = !isOver && receiver.wants(head)
    if answer({ completionHandler(.allow) }), !isWanted { end(.success(head)) }
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    guard !isOver else {
      let drained = state.withLock { state in
        state.drained += data.count
        return state.drained
      }
      if drained > Self.mostDrained { dataTask.cancel() }
      return
    }
    state.withLock { state in
      state.bytesSinceSign += data.count
      if state.bytesSinceSign >= Self.leastBytes {
        state.bytesSinceSign = 0
        state.lastSign = .now()
      }
    }
    let goesOn = data.withUnsafeBytes { receiver.take($0) }
    if !goesOn { end(.failure(.stopped)) }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    if let error {
      end(.failure(TransportFault(code: (error as NSError).code, text: error.localizedDescription)))
    } else if let head = state.withLock({ $0.head }) {
      end(.success(head))
    } else if let response = task.response {
      // A redirect without a target is never told as a response.
      end(.success(receive(response)))
    } else {
      end(.failure(.unknown("there was no answer")))
    }
  }
}

extension TransportFault {
  /// Names what URLSession reports; much of it comes as −1 with the words of libcurl.
  init(code: Int, text: String) {
    let words = text.prefix { !$0.isNewline }
    let lower = words.lowercased()
    switch code {
    case URLError.Code.timedOut.rawValue:
      self = .timeout
    case URLError.Code.cannotFindHost.rawValue, URLError.Code.dnsLookupFailed.rawValue:
      self = .hostNotFound
    case URLError.Code.cannotConnectToHost.rawValue:
      self = .connection("no connection")
    case URLError.Code.networkConnectionLost.rawValue, URLError.Code.badServerResponse.rawValue:
      self = .connection("the server closed it")
    case URLError.Code.badURL.rawValue, URLError.Code.unsupportedURL.rawValue:
      self = .address
    case -1_206 ... -1_200:
      self = .tls(String(words))
    case _ where lower.contains("certificate") || lower.contains("ssl") || lower.contains("tls"):
      self = .tls(String(words))
    case URLError.Code.cancelled.rawValue:
      self = .cancelled
    default:
      self = .unknown(code == -1 ? String(words) : "\(words) (\(code))")
    }
  }
}
