// Makes the demo's workspace: pipelines and data, copied so that they can be changed and broken.

import ETLKit
import Foundation

/// The folder that the demo plays in.
struct DemoWorkspace {
  let workspace: Workspace

  private static let marker = ".etl-tui-demo"

  /// Makes the workspace, or completes one that an earlier demo made; its files are left alone.
  ///
  /// `throttle`: rows a second that the flights are read with, so that a person can watch.
  static func prepare(
    at folder: String?, from fixtures: DemoFixtures, throttle: Int?
  ) throws -> DemoWorkspace {
    let place = try folder.map { URL(fileURLWithPath: $0).standardizedFileURL.path } ?? temporary()
    let demo = DemoWorkspace(workspace: Workspace(at: place))
    do {
      try demo.claim()
      for name in DemoFixtures.data { try demo.copy("\(fixtures.folder)/\(name)", to: name) }
      for name in DemoFixtures.pipelines {
        let file = "pipelines/\(name).yaml"
        var text = try String(contentsOfFile: "\(fixtures.folder)/\(file)", encoding: .utf8)
        if let throttle { text = throttled(text, to: throttle) }
        try demo.write(text, to: file)
      }
    } catch let error as CocoaError {
      let reason = error.underlying.map { "\($0)" } ?? error.localizedDescription
      throw CommandFailure(
        ErrorText(
          "the demo's workspace cannot be made: \(reason)", code: "demo.folder", places: [place],
          fix: "name a folder that can be written: etl-tui demo DIR"))
    }
    return demo
  }

  private static func temporary() throws -> String {
    let folder = FileManager.default.temporaryDirectory.path
    var template = Array("\(folder)/etl-tui-demo.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CommandFailure(
        ErrorText(
          "no temporary folder can be made: \(String(cString: strerror(errno)))",
          code: "demo.folder", places: [folder], fix: "etl-tui demo DIR"))
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Refuses a folder with somebody's files in it.
  private func claim() throws {
    let files = FileManager.default
    let folder = workspace.folder
    var isFolder: ObjCBool = false
    if files.fileExists(atPath: folder, isDirectory: &isFolder), !isFolder.boolValue {
      throw CommandFailure(
        ErrorText(
          "the demo needs a folder, this is a file", code: "demo.not_a_folder", places: [folder],
          fix: "etl-tui demo NEW-FOLDER"))
    }
    if isFolder.boolValue, !files.fileExists(atPath: workspace.path(of: Self.marker)),
      try !files.contentsOfDirectory(atPath: folder).isEmpty
    {
      throw CommandFailure(
        ErrorText(
          "the folder is not empty, and no demo made it", code: "demo.not_empty",
          places: [folder], fix: "etl-tui demo NEW-FOLDER"))
    }
    try write("Made by etl-tui demo; delete the folder when you are done.\n", to: Self.marker)
  }

  private func copy(_ file: String, to name: String) throws {
    try place(name) { try FileManager.default.copyItem(atPath: file, toPath: $0) }
  }

  private func write(_ text: String, to name: String) throws {
    try place(name) { try Data(text.utf8).write(to: URL(fileURLWithPath: $0)) }
  }

  /// Makes a file under another name first: a demo that is stopped leaves no half files.
  private func place(_ name: String, make: (String) throws -> Void) throws {
    let files = FileManager.default
    let path = workspace.path(of: name)
    guard !files.fileExists(atPath: path) else { return }
    try files.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    let draft = path + ".part"
    try? files.removeItem(atPath: draft)
    try make(draft)
    // Copies of a repository that may only be read must still be ours to change.
    try files.setAttributes([.posixPermissions: 0o644], ofItemAtPath: draft)
    try files.moveItem(atPath: draft, toPath: path)
  }

  /// The pipeline with its first source slowed down.
  private static func throttled(_ text: String, to rate: Int) -> String {
    text.replacingOccurrences(
      of: "\n    path: data/flights/flights-2013-01.csv.gz\n",
      with: """

            path: data/flights/flights-2013-01.csv.gz
            # At most so many rows a second, so that you can watch; take the line out for full speed.
            throttle: \(rate) rows/s

        """)
  }

  /// Holds the right to start the demo's runs until the process ends; nil if another one has it.
  func lock() -> Int32? {
    let file = open(workspace.path(of: Self.marker), O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      close(file)
      return nil
    }
    return file
  }
}
