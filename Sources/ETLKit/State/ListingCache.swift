// The pipeline files of a workspace, read again only when they changed.

internal import Foundation
internal import Synchronization

/// Reads pipeline files and keeps what it read while size, time and inode stay the same.
final class ListingCache: Sendable {
  private struct Version: Hashable {
    var inode: ino_t
    var size: off_t
    var seconds: Int
    var nanoseconds: Int
  }

  private let workspace: Workspace
  private let known = Mutex<[String: (version: Version, listing: PipelineListing)]>([:])

  init(workspace: Workspace) { self.workspace = workspace }

  /// All pipelines, broken files too, by file name.
  func current() -> [PipelineListing] {
    let folder = workspace.pipelinesFolder
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let files = names.filter { !$0.hasPrefix(".") }
      .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
    return known.withLock { known in
      var next: [String: (version: Version, listing: PipelineListing)] = [:]
      for file in files {
        var status = stat()
        guard stat("\(folder)/\(file)", &status) == 0 else { continue }
        let version = Version(
          inode: status.st_ino, size: status.st_size, seconds: status.st_mtim.tv_sec,
          nanoseconds: status.st_mtim.tv_nsec)
        if let old = known[file], old.version == version {
          next[file] = old
        } else {
          next[file] = (version, read(file))
        }
      }
      known = next
      return files.compactMap { next[$0]?.listing }
    }
  }

  private func read(_ file: String) -> PipelineListing {
    let path = "pipelines/\(file)"
    let stem = (file as NSString).deletingPathExtension
    guard let data = FileManager.default.contents(atPath: workspace.path(of: path)) else {
      return PipelineListing(name: stem, file: path, pipeline: nil)
    }
    let (pipeline, diagnostics) = PipelineFile.read(
      text: String(decoding: data, as: UTF8.self), file: path)
    return PipelineListing(
      name: pipeline?.name ?? stem, file: path, pipeline: pipeline, diagnostics: diagnostics)
  }
}
