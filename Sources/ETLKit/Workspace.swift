// The folder everything happens in: where its parts lie, and its pipeline files.
// Touches the pipelines folder, reading only.

import Records
import Foundation

/// A workspace: a folder with pipelines, and beside them the state.
public struct Workspace: Hashable, Sendable {
  /// The folder.
  public var folder: String
  /// Where the state is, if not in the folder: for runs that must leave no trace there.
  private var stateElsewhere: String?

  /// Opens nothing; only names the folder.
  public init(at folder: String) {
    self.folder = folder
  }

  /// The same folder with a state of its own elsewhere; that folder's parent must exist.
  func withState(in folder: String) -> Workspace {
    var workspace = self
    workspace.stateElsewhere = folder
    return workspace
  }

  /// Where the pipeline files are.
  public var pipelinesFolder: String { path(of: "pipelines") }
  /// Where everything is kept that is not the operator's.
  public var stateFolder: String { stateElsewhere ?? path(of: ".etl") }
  /// The database of runs, rejects and history.
  public var stateFile: String { stateFolder + "/state.db" }
  /// The files that were fetched, by content.
  public var blobsFolder: String { stateFolder + "/blobs" }
  /// The output of runs that were started in the background.
  public var logFolder: String { stateFolder + "/log" }
  /// The locks that running pipelines hold.
  public var locksFolder: String { stateFolder + "/locks" }

  /// The place of a path in the workspace; an absolute path stays as it is.
  public func path(of relative: String) -> String {
    if relative.hasPrefix("/") { return relative }
    return folder.hasSuffix("/") ? folder + relative : folder + "/" + relative
  }
}

extension Workspace {
  /// The names of all pipeline files, relative to the workspace, in the order of their names.
  /// - Returns: Paths such as `pipelines/covid.yaml`; never empty.
  /// - Throws: `StateProblem.noPipelines` if there is no folder or no file in it.
  public func pipelineFiles() throws(EngineError) -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: pipelinesFolder)
    } catch {
      throw EngineError(
        .state(
          .noPipelines(
            folder: pipelinesFolder,
            isFolder: FileManager.default.fileExists(atPath: pipelinesFolder))))
    }
    let files = names.filter { name in
      !name.hasPrefix(".") && (name.hasSuffix(".yaml") || name.hasSuffix(".yml"))
    }
    guard !files.isEmpty else {
      throw EngineError(.state(.noPipelines(folder: pipelinesFolder, isFolder: true)))
    }
    return files.sorted().map { "pipelines/\($0)" }
  }

  /// All pipelines, also those whose files have mistakes.
  /// - Returns: One entry a file, in the order of the files' names.
  /// - Throws: `StateProblem.noPipelines` if there is no folder or no file in it.
  public func pipelines() throws(EngineError) -> [PipelineListing] {
    var listings = try pipelineFiles().map(listing)
    refuseSharedNames(&listings)
    return listings
  }

  /// The pipeline of a name.
  /// - Parameter name: as in its file.
  /// - Returns: The pipeline, free of errors.
  /// - Throws: `StateProblem.unknownPipeline` with the nearest name, or the mistakes of its file.
  public func pipeline(named name: String) throws(EngineError) -> Pipeline {
    let all = try pipelines()
    guard let found = all.first(where: { $0.name == name }) else {
      throw EngineError(
        .state(
          .unknownPipeline(
            name: name, nearest: NearestName.of(name, among: all.map(\.name)),
            folder: pipelinesFolder)))
    }
    let same = all.filter { $0.name == name }
    guard same.count == 1, let pipeline = found.pipeline else {
      throw EngineError(.pipeline(same.flatMap(\.diagnostics)))
    }
    return pipeline
  }

  /// A pipeline file anywhere, also a broken one; never throws, so that all files can be told.
  public func listing(of file: String) -> PipelineListing {
    let stem = file.split(separator: "/").last.map { $0.prefix { $0 != "." } } ?? ""
    func broken(_ code: String, _ what: String) -> PipelineListing {
      PipelineListing(
        name: String(stem), file: file, pipeline: nil,
        diagnostics: [
          Diagnostic(
            file: file, mark: TextMark(line: 1, column: 1), code: code, what: what, sourceLine: "")
        ])
    }
    guard let data = start(of: path(of: file)) else {
      return broken("file.unreadable", "the file cannot be read")
    }
    guard let text = String(bytes: data, encoding: .utf8) else {
      // A file that is cut at the limit may be cut inside a letter.
      guard data.count <= StrictYAML.byteLimit else {
        return broken("yaml.limit", "the file has more than 1 MiB; at most 1 MiB is read")
      }
      return broken("yaml.encoding", "the file is not UTF-8; line \(firstBadLine(data))")
    }
    return listing(of: file, stem: String(stem), text: text)
  }

  /// One byte more than is allowed, so that a huge file is refused without reading it all.
  private func start(of path: String) -> Data? {
    let target = (path as NSString).resolvingSymlinksInPath
    let type = try? FileManager.default.attributesOfItem(atPath: target)[.type]
    // Opening a pipe would wait for somebody to write to it.
    guard type as? FileAttributeType == .typeRegular,
      let handle = FileHandle(forReadingAtPath: target)
    else { return nil }
    do {
      return try handle.read(upToCount: StrictYAML.byteLimit + 1) ?? Data()
    } catch {
      return nil
    }
  }

  private func listing(of file: String, stem: String, text: String) -> PipelineListing {
    let (pipeline, diagnostics) = PipelineFile.read(text: text, file: file)
    return PipelineListing(
      name: pipeline?.name ?? stem, file: file, pipeline: pipeline, diagnostics: diagnostics)
  }

  private func firstBadLine(_ data: Data) -> Int {
    var line = 1
    for part in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if String(bytes: part, encoding: .utf8) == nil { return line }
      line += 1
    }
    return line
  }

  /// Two files with one name would run as one pipeline, so neither can be run.
  private func refuseSharedNames(_ listings: inout [PipelineListing]) {
    let named = Dictionary(grouping: listings.indices.filter { listings[$0].pipeline != nil }) {
      listings[$0].name
    }
    for (name, indices) in named where indices.count > 1 {
      for index in indices {
        let others = indices.filter { $0 != index }.map { listings[$0].file }
        guard let pipeline = listings[index].pipeline else { continue }
        let source = SourceText(pipeline.text, file: pipeline.file)
        listings[index].diagnostics.append(
          source.diagnostic(
            "name.duplicate",
            "the name \(quoted(name)) is used by \(others.joined(separator: " and ")) too",
            at: pipeline.nameMark, suggestion: "give each pipeline a name of its own"))
      }
      for index in indices { listings[index].pipeline = nil }
    }
  }
}
