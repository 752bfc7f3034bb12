// Runs the real program, as a shell would, and gives what it printed and how it ended.

import Foundation

/// The program under test; it lies beside the program that runs the tests.
enum Program {
  static let path: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return (own as NSString).deletingLastPathComponent + "/etl-tui"
  }()

  /// How a call ended.
  struct Result {
    var code: Int32
    var output: String
    var complaints: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// The JSON objects that were printed, one a line.
    var objects: [[String: Any]] {
      lines.compactMap { line in
        (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
      }
    }
  }

  /// Runs the program to its end.
  static func run(
    _ arguments: [String], in folder: String, environment: [String: String] = [:],
    input: Data? = nil
  ) throws -> Result {
    try run(program: path, arguments, in: folder, environment: environment, input: input)
  }

  /// Runs any program to its end.
  static func run(
    program: String, _ arguments: [String], in folder: String,
    environment: [String: String] = [:], input: Data? = nil
  ) throws -> Result {
    // Files, not pipes: a full pipe would hold the program up.
    let scratch = Scratch()
    let process = try start(
      program: program, arguments, in: folder, environment: environment, input: input,
      scratch: scratch)
    let code = wait(for: process)
    func text(_ name: String) throws -> String {
      String(
        decoding: try Data(contentsOf: URL(fileURLWithPath: scratch.path(name))), as: UTF8.self)
    }
    return Result(code: code, output: try text("out"), complaints: try text("err"))
  }

  /// Starts the program; its output goes to the files `out` and `err` of a folder.
  static func start(
    program: String = path, _ arguments: [String], in folder: String,
    environment: [String: String] = [:], input: Data? = nil, scratch: Scratch
  ) throws -> pid_t {
    try scratch.write("in", input ?? Data())
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(
      &actions, 0, input == nil ? "/dev/null" : scratch.path("in"), O_RDONLY, 0)
    for (file, name) in [(Int32(1), "out"), (2, "err")] {
      posix_spawn_file_actions_addopen(
        &actions, file, scratch.path(name), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    }
    let variables = [
      "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8", "USER": "tester",
      "HOME": scratch.folder, "TMPDIR": scratch.folder,
    ].merging(environment) { $1 }
    let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder, program]
    var words = (shell + arguments).map { strdup($0) } + [nil]
    var settings = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { (words + settings).forEach { free($0) } }
    var process: pid_t = 0
    let error = posix_spawn(&process, shell[0], &actions, nil, &words, &settings)
    guard error == 0 else {
      throw CocoaError(
        .executableLoad, userInfo: [NSFilePathErrorKey: shell[0], "errno": Int(error)])
    }
    return process
  }

  /// Waits for a process; gives its exit code, or 128 and its signal.
  @discardableResult
  static func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
  }
}

/// A folder that lives as long as the value.
final class Scratch: Sendable {
  let folder: String

  init() {
    var template = Array((NSTemporaryDirectory() + "/etl-test.XXXXXX").utf8CString)
    _ = mkdtemp(&template)
    let bytes = template.dropLast().map { UInt8(bitPattern: $0) }
    folder = (String(decoding: bytes, as: UTF8.self) as NSString).standardizingPath
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { folder + "/" + name }

  func write(_ name: String, _ data: Data) throws {
    let url = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }
}
