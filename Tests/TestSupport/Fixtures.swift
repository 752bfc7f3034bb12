// Where the files the tests work on are.

public import Foundation

/// Files of the repository, found from where the sources lie.
public enum Fixtures {
  /// The top of the repository.
  public static let repository: URL = {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/" {
      if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
      {
        return folder
      }
      folder.deleteLastPathComponent()
    }
    return URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
  }()

  /// A file or folder inside `fixtures/`.
  public static func url(_ path: String) -> URL {
    repository.appendingPathComponent("fixtures").appendingPathComponent(path)
  }
}
