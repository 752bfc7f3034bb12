// Fetched archives → the files in them that a source means.

extension SourceFetcher {
  /// Snapshots of files in archives as snapshots of the archives; others as they are.
  static func archives(of known: [Snapshot], _ source: SourceSpec) -> [Snapshot] {
    guard source.packing == .zip || source.packing == .byName else { return known }
    return known.map(\.archive)
  }

  /// Replaces each archive by the files in it that are meant.
  func opened(
    _ fetched: [Snapshot], _ source: SourceSpec
  ) throws(FetchFailure) -> [Snapshot] {
    guard source.packing == .zip || source.packing == .byName else { return fetched }
    var all: [Snapshot] = []
    for snapshot in fetched {
      do throws(FetchProblem) {
        all += try opened(snapshot, source)
      } catch {
        throw .problem(error)
      }
    }
    return all
  }

  private func opened(
    _ snapshot: Snapshot, _ source: SourceSpec
  ) throws(FetchProblem) -> [Snapshot] {
    let isNamedSo = snapshot.uri.prefix { $0 != "?" && $0 != "#" }.lowercased().hasSuffix(".zip")
    guard source.packing == .zip || source.member != nil || isNamedSo else { return [snapshot] }
    let file: OpenFile
    do throws(SystemFault) {
      file = try OpenFile(reading: snapshot.blobPath)
    } catch {
      throw .blobMissing(path: snapshot.blobPath, uri: snapshot.uri)
    }
    guard ZipArchive.isZip(file) else {
      // A name alone is no proof: web servers unpack, and people rename.
      if source.packing == .byName, source.member == nil { return [snapshot] }
      throw .notZip(uri: snapshot.uri)
    }
    let archive = ZipArchive(file: file, byteCount: snapshot.byteCount, uri: snapshot.uri)
    let chosen = try ZipArchive.chosen(source.member, of: archive.entries(), uri: snapshot.uri)
    for entry in chosen { _ = try archive.dataOffset(of: entry) }
    return chosen.map { snapshot.member($0.name) }
  }
}
