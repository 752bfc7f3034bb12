// From a declared source to immutable blobs: which files or addresses, how often, in which order.

/// Fetches sources into a workspace's blobs.
public struct SourceFetcher: Sendable {
  let folder: String
  let store: BlobStore
  let timing: FetchTiming
  let transport: any HTTPTransport
  let github: GitHubAddresses
  /// The descriptor that stands for standard input.
  let input: Int32

  /// A fetcher for a workspace.
  public init(workspace: Workspace, github: GitHubAddresses = GitHubAddresses()) {
    self.init(
      folder: workspace.folder, store: BlobStore(folder: workspace.blobsFolder), github: github)
  }

  init(
    folder: String, store: BlobStore, timing: FetchTiming = .real,
    transport: any HTTPTransport = SessionTransport(),
    github: GitHubAddresses = GitHubAddresses(), input: Int32 = 0
  ) {
    self.folder = folder
    self.store = store
    self.timing = timing
    self.transport = transport
    self.github = github
    self.input = input
  }

  /// Removes what fetches of processes that died have left; to be called when a run starts.
  public func removeLeftovers() { store.removeLeftovers() }

  /// Fetches all members of a source, in the order in which they are to be read.
  ///
  /// `known` are the newest snapshots of this source, for conditional requests. `overridePath` is a
  /// file, a pattern, or `-` for standard input, in place of the declared location. Throws `fetch`,
  /// or `cancelled` when the task is; the stage is the source's name.
  public func fetch(
    _ source: SourceSpec, known: [Snapshot] = [], overridePath: String? = nil,
    report: @escaping @Sendable (FetchProgress) -> Void = { _ in }
  ) async throws(EngineError) -> [Snapshot] {
    let name = source.name.value
    var location = source.location
    if let overridePath {
      location = overridePath == "-" ? .standardInput : .files(path: overridePath)
    }
    do throws(FetchFailure) {
      // Of archives the whole is fetched: what is known of their files is known of them.
      let known = Self.archives(of: known, source)
      let fetched = try await fetch(location, source, known, report)
      return try opened(fetched, source)
    } catch {
      switch error {
      case .cancelled: throw EngineError(.cancelled, stage: name)
      case .problem(let problem, _): throw EngineError(.fetch(problem), stage: name)
      }
    }
  }

  private func fetch(
    _ location: SourceLocation, _ source: SourceSpec, _ known: [Snapshot],
    _ report: @escaping @Sendable (FetchProgress) -> Void
  ) async throws(FetchFailure) -> [Snapshot] {
    switch location {
    case .files(let path):
      return try await files(path, source, known, report)
    case .standardInput:
      let name = source.name.value
      let blob = try copier(name, "standard input", report).spool(descriptor: input)
      return [snapshot(name, uri: "standard input", blob)]
    case .http(let address, let headers):
      return [try await page(address, headers, source, known, report)]
    case .github(let repository, let ref, let path):
      return [try await github(repository, ref, path, source, known, report)]
    case .sqlite(let path, let rows):
      return [try await database(path, rows, source, report)]
    }
  }

  private func files(
    _ path: String, _ source: SourceSpec, _ known: [Snapshot],
    _ report: @escaping @Sendable (FetchProgress) -> Void
  ) async throws(FetchFailure) -> [Snapshot] {
    let full = absolute(path)
    guard FileFetch.isPattern(full) else {
      return [try await file(full, shownAs: path, member: "", source, known, report)]
    }
    let matches = FileFetch.matches(of: full)
    guard !matches.isEmpty else {
      let folder = fixedFolder(of: path)
      throw .problem(
        .noMatch(
          pattern: path, folder: folder,
          isFolderThere: FileStatus.at(absolute(folder))?.kind == .folder))
    }
    var snapshots: [Snapshot] = []
    for match in matches {
      let shown = relative(match)
      snapshots.append(try await file(match, shownAs: shown, member: shown, source, known, report))
    }
    return snapshots
  }

  private func file(
    _ path: String, shownAs place: String, member: String, _ source: SourceSpec,
    _ known: [Snapshot], _ report: @escaping @Sendable (FetchProgress) -> Void
  ) async throws(FetchFailure) -> Snapshot {
    let name = source.name.value
    let last = known.first { $0.member == member && $0.uri == place }
    let copier = copier(name, place, report)
    let blob = try await retrying(source.fetch.backoff, name, place, report) {
      () throws(FetchFailure) in
      try copier.copy(path, shownAs: place, known: last)
    }
    return snapshot(name, uri: place, member: member, blob)
  }

  private func copier(
    _ name: String, _ member: String, _ report: @escaping @Sendable (FetchProgress) -> Void
  ) -> FileFetch {
    FileFetch(store: store) { received, expected in
      report(
        FetchProgress(source: name, member: member, received: received, expected: expected))
      return !Task.isCancelled
    }
  }

  private func snapshot(
    _ name: String, uri: String, member: String = "", _ blob: StoredBlob
  ) -> Snapshot {
    Snapshot(
      source: name, uri: uri, member: member, sha256: blob.sha256, byteCount: blob.byteCount,
      blobPath: blob.path, outcome: blob.isNew ? .fetched : .sameContent)
  }

  /// Does something again after passing trouble, as often as the rule allows.
  func retrying<Result>(
    _ backoff: BackoffSpec, _ name: String, _ member: String,
    _ report: @Sendable (FetchProgress) -> Void,
    _ attempt: () async throws(FetchFailure) -> Result
  ) async throws(FetchFailure) -> Result {
    let attempts = max(1, backoff.attempts)
    var number = 1
    while true {
      let failure: FetchFailure
      do throws(FetchFailure) { return try await attempt() } catch { failure = error }
      guard case .problem(let problem, let retryAt) = failure, problem.isTransient else {
        throw failure
      }
      // Between a half and the whole of what the rule says: none comes back at once.
      var wait = Backoff(backoff).delay(after: number, share: 0.5 + timing.random() / 2).inSeconds
      if let retryAt {
        let asked = retryAt.seconds(since: timing.now())
        if asked > backoff.maximum.inSeconds, case .status(let url, let code) = problem {
          throw .problem(.patience(url: url, code: code, nextTry: retryAt))
        }
        wait = max(wait, asked)
      }
      guard number < attempts else {
        throw number == 1 ? failure : .problem(.repeated(problem, attempts: number))
      }
      report(
        FetchProgress(
          source: name, member: member,
          event: .waiting(
            seconds: wait, attempt: number, attempts: attempts, problem: problem)))
      do { try await timing.wait(wait) } catch { throw .cancelled }
      number += 1
    }
  }

  private func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : path.isEmpty ? folder : "\(folder)/\(path)"
  }

  private func relative(_ path: String) -> String {
    path.hasPrefix("\(folder)/") ? String(path.dropFirst(folder.count + 1)) : path
  }

  /// The part of a pattern before its first sign, up to a slash.
  private func fixedFolder(of pattern: String) -> String {
    let fixed = String(pattern.prefix { !"*?[".contains($0) })
    let folder = BlobStore.parent(of: fixed)
    return folder.isEmpty ? "." : folder
  }
}
