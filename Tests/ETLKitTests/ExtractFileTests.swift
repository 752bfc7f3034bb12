// Plain files, patterns and standard input as sources.

import Foundation
import Testing

@testable import ETLKit

@Suite struct `A file source` {
  private let scratch = ScratchFolder()
  private let witness = Witness()

  private var fetcher: SourceFetcher {
    SourceFetcher(folder: scratch.path, store: scratch.store, timing: witness.timing)
  }

  private func fetch(_ path: String, known: [Snapshot] = []) async throws -> [Snapshot] {
    try await fetcher.fetch(
      source(.files(path: path)), known: known, report: { [witness] in witness.take($0) })
  }

  @Test(arguments: [0, 1, 4_095, 4_096, 4_097, 1 << 20, (1 << 20) + 1, 3 << 20, 5_000_000])
  func `stores exactly the bytes of the file`(count: Int) async throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    try scratch.write("in.csv", bytes)
    let snapshot = try #require(try await fetch("in.csv").first)
    #expect(snapshot.byteCount == count && snapshot.outcome == .fetched)
    #expect(try ETLKitTests.bytes(of: snapshot, buffer: 4_096) == bytes)
    #expect(snapshot.blobPath.hasSuffix(BlobStore.hexadecimal(snapshot.sha256)))
  }

  @Test func `says where it came from`() async throws {
    try scratch.write("in/a.csv", "id\n1\n")
    let snapshot = try #require(try await fetch("in/a.csv").first)
    #expect(snapshot.source == "orders" && snapshot.uri == "in/a.csv" && snapshot.member == "")
    #expect(witness.last?.received == 5 && witness.last?.expected == 5)
  }

  @Test func `knows the same content again without writing`() async throws {
    try scratch.write("in.csv", "id\n1\n")
    let first = try await fetch("in.csv")
    let refused = BlobStore(folder: scratch.store.folder) { _ throws(SystemFault) in
      throw SystemFault(number: EIO)
    }
    let again = try await SourceFetcher(
      folder: scratch.path, store: refused, timing: witness.timing
    )
    .fetch(source(.files(path: "in.csv")), known: first)
    #expect(again.map(\.sha256) == first.map(\.sha256))
    #expect(again.map(\.outcome) == [.sameContent])
  }

  @Test func `sees other content of the same length and time`() async throws {
    let path = try scratch.write("in.csv", "id\n1\n")
    let first = try await fetch("in.csv")
    let time = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
    try scratch.write("in.csv", "id\n2\n")
    if let time {
      try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
    }
    let second = try #require(try await fetch("in.csv", known: first).first)
    #expect(second.outcome == .fetched)
    #expect(try text(of: second) == "id\n2\n")
  }

  @Test func `stores again when the known copy is gone`() async throws {
    try scratch.write("in.csv", "id\n1\n")
    let first = try await fetch("in.csv")
    try FileManager.default.removeItem(atPath: first[0].blobPath)
    let second = try #require(try await fetch("in.csv", known: first).first)
    #expect(second.outcome == .fetched)
    #expect(try text(of: second) == "id\n1\n")
  }

  @Test func `takes a file in place of the declared one`() async throws {
    try scratch.write("other.csv", "x\n")
    let snapshots = try await fetcher.fetch(
      source(.http(url: "http://127.0.0.1:1/", headers: [:])), overridePath: "other.csv")
    #expect(try snapshots.map { try text(of: $0) } == ["x\n"])
  }

  @Test func `tries again while the file grows, then says so`() async throws {
    let path = try scratch.write("in.csv", "id\n")
    let growing = FetchTiming(
      now: witness.timing.now, wait: witness.timing.wait, random: { 0 })
    let store = BlobStore(folder: scratch.store.folder) { step throws(SystemFault) in
      // Somebody writes between two of our reads.
      guard step == .write, let file = FileHandle(forWritingAtPath: path) else { return }
      file.seekToEndOfFile()
      file.write(Data("1\n".utf8))
    }
    let fetcher = SourceFetcher(folder: scratch.path, store: store, timing: growing)
    let said = await words { _ = try await fetcher.fetch(source(.files(path: "in.csv"))) }
    #expect(
      said == """
        orders: in.csv changed while it was read; tried 4 times (fetch.changed_midway)
          in in.csv
          fix: wait until it is written, or let its writer rename it into place when it is whole
        """)
    #expect(witness.waits == [0.5, 1, 2])
    #expect(scratch.temporaryNames.isEmpty)
  }

  @Test func `says that there is no file`() async {
    #expect(
      await words { _ = try await fetch("in/a.csv") } == """
        orders: there is no file in/a.csv (fetch.not_found)
          in in/a.csv
          fix: put the file there, or correct the path of the source
        """)
  }

  @Test func `says that it is a folder`() async throws {
    try scratch.write("in/a.csv", "")
    #expect(
      await words { _ = try await fetch("in") } == """
        orders: in is a folder, a file was expected (fetch.folder)
          in in
          fix: write a pattern for the files in it, such as in/*.csv
        """)
  }

  @Test func `does not wait at a named pipe`() async {
    mkfifo("\(scratch.path)/in.csv", 0o644)
    #expect(
      await words { _ = try await fetch("in.csv") } == """
        orders: in.csv is a named pipe, a plain file was expected (fetch.not_a_file)
          in in.csv
          fix: read it through standard input: --source NAME=- < in.csv
        """)
  }

  @Test func `does not read a device`() async {
    #expect(await words { _ = try await fetch("/dev/zero") }.contains("is a device"))
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func `says that it may not read`() async throws {
    let path = try scratch.write("in.csv", "id\n")
    chmod(path, 0)
    #expect(await words { _ = try await fetch("in.csv") } == Self.unreadable)
  }

  @Test func `has words for a file that may not be read`() {
    let problem = FetchProblem.unreadable(path: "in.csv", reason: SystemReason(number: EACCES))
    #expect("\(EngineError(.fetch(problem), stage: "orders"))" == Self.unreadable)
  }

  private static let unreadable = """
    orders: in.csv cannot be read: permission denied (fetch.unreadable)
      in in.csv
      fix: ls -l in.csv
    """

  @Test func `ends as cancelled when its task is`() async throws {
    try scratch.write("in.csv", "id\n1\n")
    let fetcher = fetcher
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await words { _ = try await fetcher.fetch(source(.files(path: "in.csv"))) }
    }
    #expect(await task.value == "orders: stopped on request, nothing was published (run.cancelled)")
    #expect(scratch.temporaryNames.isEmpty)
  }
}

@Suite struct `A pattern of files` {
  private let scratch = ScratchFolder()

  private func fetch(_ path: String) async throws -> [Snapshot] {
    try await SourceFetcher(folder: scratch.path, store: scratch.store)
      .fetch(source(.files(path: path)))
  }

  @Test func `is read in the order of the names, each file a member`() async throws {
    for name in ["b.csv", "a.csv", "Z.csv", "a10.csv", "a9.csv", ".hidden.csv", "note.txt"] {
      try scratch.write("in/\(name)", name)
    }
    try scratch.write("in/folder.csv/x", "")
    let snapshots = try await fetch("in/*.csv")
    #expect(
      snapshots.map(\.member) == ["in/Z.csv", "in/a.csv", "in/a10.csv", "in/a9.csv", "in/b.csv"])
    #expect(try snapshots.map { "in/" + (try text(of: $0)) } == snapshots.map(\.member))
  }

  @Test func `is a plain name if there is such a file`() async throws {
    try scratch.write("in/a[1].csv", "x")
    try scratch.write("in/a1.csv", "y")
    #expect(try await fetch("in/a[1].csv").map { try text(of: $0) } == ["x"])
  }

  @Test func `says what matches nothing and where`() async throws {
    try scratch.write("in/a.txt", "")
    #expect(
      await words { _ = try await fetch("in/*.csv") } == """
        orders: no file matches in/*.csv (fetch.not_found)
          in in
          fix: ls in
        """)
  }

  @Test func `says that the folder is missing`() async {
    #expect(
      await words { _ = try await fetch("in/2024/*.csv") } == """
        orders: no file matches in/2024/*.csv: there is no folder in/2024 (fetch.not_found)
          in in/2024
          fix: make the folder, or correct the path of the source
        """)
  }
}

@Suite struct `Standard input as a source` {
  private let scratch = ScratchFolder()

  @Test(arguments: [0, 1, 4_096, 65_536])
  func `is stored whole before anything is read from it`(count: Int) async throws {
    let bytes = [UInt8](repeating: 7, count: count)
    let path = try scratch.write("input", bytes)
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    let snapshots = try await SourceFetcher(
      folder: scratch.path, store: scratch.store, input: descriptor
    ).fetch(source(.standardInput))
    #expect(try snapshots.map { try ETLKitTests.bytes(of: $0) } == [bytes])
    #expect(snapshots[0].uri == "standard input")
  }

  @Test func `is read to its end through a pipe`() async throws {
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    let all = Array("id\n1\n".utf8)
    _ = all.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
    close(ends[1])
    let snapshots = try await SourceFetcher(
      folder: scratch.path, store: scratch.store, input: ends[0]
    ).fetch(source(.files(path: "in.csv")), overridePath: "-")
    close(ends[0])
    #expect(try text(of: snapshots[0]) == "id\n1\n")
  }

  @Test func `says that it is closed`() async {
    let fetcher = SourceFetcher(folder: scratch.path, store: scratch.store, input: 9_999)
    #expect(
      await words { _ = try await fetcher.fetch(source(.standardInput)) } == """
        orders: standard input is closed (fetch.no_input)
          fix: give it data: etl-tui run NAME < FILE
        """)
  }

  @Test func `has words for a terminal`() {
    #expect(
      "\(EngineError(.fetch(.noInput(isTerminal: true))))" == """
        standard input is a terminal, data were expected (fetch.no_input)
          fix: give it data: etl-tui run NAME < FILE
        """)
  }
}
