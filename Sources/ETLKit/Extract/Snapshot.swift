// What was fetched: one member of a source, its content and where it came from.

import Foundation

/// One member of a source as it was at one moment, kept as an immutable blob.
public struct Snapshot: Hashable, Sendable {
  /// How the fetch came to this content.
  public enum Outcome: String, Hashable, Sendable, CaseIterable {
    /// New bytes were stored.
    case fetched
    /// The server says that nothing changed; the known blob is used.
    case notModified
    /// The bytes were read, and they are those of a blob that was there already.
    case sameContent
  }

  /// The source's name in the pipeline file.
  public var source: String
  /// Where it was read from, as people write it: a path, an address, `github:owner/name@ref/path`.
  public var uri: String
  /// The address that answered in the end, after redirects.
  public var resolvedURI: String?
  /// Which of several files it is, as path from the workspace; empty for a source that is one file.
  public var member: String
  /// The server's mark of this content.
  public var etag: String?
  /// The server's time of this content, as it was sent.
  public var lastModified: String?
  /// The commit the content belongs to.
  public var commit: String?
  /// The SHA-256 of the stored bytes, 32 of them.
  public var sha256: [UInt8]
  /// How many bytes are stored; packed, if the source is.
  public var byteCount: Int
  /// Where they are stored.
  public var blobPath: String
  /// How the fetch came to this content.
  public var outcome: Outcome
  /// Its number in the state file, once it is recorded.
  public var id: Int64?

  /// The file inside an archive that this is, if it is one: what stands behind `!/` in `member`.
  var archiveMember: String? {
    member.range(of: ZipArchive.separator).map { String(member[$0.upperBound...]) }
  }

  /// The archive that this is a file of, or itself.
  var archive: Snapshot {
    guard let place = member.range(of: ZipArchive.separator) else { return self }
    let name = String(member[place.lowerBound...])
    var snapshot = self
    snapshot.member = String(member[..<place.lowerBound])
    if uri.hasSuffix(name) { snapshot.uri = String(uri.dropLast(name.count)) }
    return snapshot
  }

  /// A file inside this archive.
  func member(_ name: String) -> Snapshot {
    var snapshot = self
    snapshot.member = member + ZipArchive.separator + name
    snapshot.uri = uri + ZipArchive.separator + name
    return snapshot
  }

  /// Makes a value from its parts.
  public init(
    source: String, uri: String, resolvedURI: String? = nil, member: String = "",
    etag: String? = nil, lastModified: String? = nil, commit: String? = nil, sha256: [UInt8],
    byteCount: Int, blobPath: String, outcome: Outcome = .fetched, id: Int64? = nil
  ) {
    self.source = source
    self.uri = uri
    self.resolvedURI = resolvedURI
    self.member = member
    self.etag = etag
    self.lastModified = lastModified
    self.commit = commit
    self.sha256 = sha256
    self.byteCount = byteCount
    self.blobPath = blobPath
    self.outcome = outcome
    self.id = id
  }
}
