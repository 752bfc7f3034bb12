// A scriptable HTTP server on loopback, with plain sockets: it says what a test tells it to say.

import Foundation
import Synchronization

/// One answer of the server, byte for byte if need be.
struct Reply: Sendable {
  var status = 200
  var headers: [(String, String)] = []
  var body: [UInt8] = []
  /// Announce this length in place of the true one; nil with `isChunked` or to announce none.
  var length: Length = .true
  /// The connection is closed after so many bytes of the body.
  var cutAfter: Int?
  /// No answer at all: the connection stays open and silent.
  var isSilent = false
  /// No answer at all: the connection is closed.
  var isDropped = false

  enum Length: Sendable { case `true`, none, chunked, wrong(Int) }

  static func ok(_ text: String, _ headers: [(String, String)] = []) -> Reply {
    Reply(headers: headers, body: Array(text.utf8))
  }

  static func status(_ status: Int, _ headers: [(String, String)] = []) -> Reply {
    Reply(status: status, headers: headers)
  }

  static func redirect(_ status: Int = 302, to target: String) -> Reply {
    Reply(status: status, headers: [("Location", target)], body: Array("moved".utf8))
  }
}

/// A request as it came.
struct Received: Hashable, Sendable {
  var path: String
  var headers: [String: String]
}

/// The server; lives as long as a test needs it.
final class LoopbackServer: Sendable {
  let port: Int
  private let listener: Int32
  private let log = Mutex<[Received]>([])
  private let silent = Mutex<[Int32]>([])
  private let answer: @Sendable (Received, Int) -> Reply

  /// Answers from a request and how often its path was asked before.
  init(_ answer: @escaping @Sendable (Received, Int) -> Reply) throws {
    self.answer = answer
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var yes: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) }
    }
    guard bound == 0, listen(listener, 64) == 0 else { throw SystemError(number: errno) }
    var length = size
    _ = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(listener, $0, &length)
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        guard let self else {
          close(connection)
          return
        }
        Thread.detachNewThread { self.serve(connection) }
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    for connection in silent.withLock({ $0 }) { close(connection) }
  }

  var url: String { "http://127.0.0.1:\(port)" }
  /// The same server under another name: another host, as far as credentials are concerned.
  var otherURL: String { "http://localhost:\(port)" }
  var requests: [Received] { log.withLock { $0 } }
  var paths: [String] { requests.map(\.path) }

  struct SystemError: Error { var number: Int32 }

  private func serve(_ connection: Int32) {
    guard let request = read(connection) else {
      close(connection)
      return
    }
    let count = log.withLock { log in
      defer { log.append(request) }
      return log.count { $0.path == request.path }
    }
    let reply = answer(request, count)
    if reply.isSilent {
      silent.withLock { $0.append(connection) }
      return
    }
    if !reply.isDropped { send(bytes(of: reply), to: connection) }
    shutdown(connection, Int32(SHUT_WR))
    // Reading on until the other side closes keeps the kernel from resetting the connection.
    var rest = [UInt8](repeating: 0, count: 512)
    while recv(connection, &rest, rest.count, 0) > 0 {}
    close(connection)
  }

  private func read(_ connection: Int32) -> Received? {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4_096)
    while !bytes.suffix(4).elementsEqual([13, 10, 13, 10]) {
      let count = recv(connection, &block, block.count, 0)
      guard count > 0 else { return nil }
      bytes += block[..<count]
    }
    let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count >= 2 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    return Received(path: String(words[1]), headers: headers)
  }

  private func bytes(of reply: Reply) -> [UInt8] {
    var head = "HTTP/1.1 \(reply.status) Answer\r\nConnection: close\r\n"
    for (name, value) in reply.headers { head += "\(name): \(value)\r\n" }
    var body = reply.body
    switch reply.length {
    case .true where reply.status != 304: head += "Content-Length: \(body.count)\r\n"
    case .true, .none: break
    case .wrong(let length): head += "Content-Length: \(length)\r\n"
    case .chunked:
      head += "Transfer-Encoding: chunked\r\n"
      var chunks: [UInt8] = []
      for start in stride(from: 0, to: body.count, by: 1_000) {
        let chunk = body[start..<min(body.count, start + 1_000)]
        chunks += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + [13, 10]
      }
      body = chunks + Array("0\r\n\r\n".utf8)
    }
    if let cut = reply.cutAfter { body = Array(body.prefix(cut)) }
    return Array(head.utf8) + [13, 10] + body
  }

  private func send(_ bytes: [UInt8], to connection: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
