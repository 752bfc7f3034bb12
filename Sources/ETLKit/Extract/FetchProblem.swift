// Why a source could not be read: the facts. The words stand in FetchProblem+Text.swift.

/// Why the bytes of a source could not be had.
public indirect enum FetchProblem: Error, Hashable, Sendable {
  /// What a path leads to in place of a file.
  public enum SpecialFile: String, Hashable, Sendable {
    /// A named pipe.
    case pipe = "a named pipe"
    /// A socket.
    case socket = "a socket"
    /// A device.
    case device = "a device"
    /// Something else.
    case other = "not a plain file"
  }

  // Files.

  /// There is no such file.
  case notFound(path: String)
  /// A pattern matches no file.
  case noMatch(pattern: String, folder: String, isFolderThere: Bool)
  /// The path leads to a folder.
  case isFolder(path: String)
  /// The path leads to something that cannot be read twice.
  case notAFile(path: String, kind: SpecialFile)
  /// The kernel does not let us read it.
  case unreadable(path: String, reason: SystemReason)
  /// Reading began and then broke.
  case readBroke(path: String, reason: SystemReason)
  /// The file changed while it was read.
  case changedMidway(path: String)
  /// Standard input is a terminal, or closed.
  case noInput(isTerminal: Bool)

  // Blobs.

  /// The disk that holds the blobs has no room.
  case diskFull(folder: String, written: Int)
  /// A blob could not be written.
  case storeRefused(path: String, reason: SystemReason)
  /// A blob that a snapshot names is gone or cannot be opened.
  case blobMissing(path: String, uri: String)
  /// A blob does not hold what its snapshot says.
  case blobDamaged(path: String, expected: Int, found: Int)

  // HTTP.

  /// The text is not the address of anything we can ask.
  case badAddress(String)
  /// Nothing came for so long.
  case timeout(url: String, seconds: Double)
  /// The name of the host is not known.
  case hostNotFound(url: String, host: String)
  /// No connection, or it broke.
  case connection(url: String, detail: String)
  /// The server could not prove who it is, or speaks no common cipher.
  case tls(url: String, detail: String)
  /// The server answered with a status that is no success.
  case status(url: String, code: Int)
  /// The server asks for more patience than the pipeline has.
  case patience(url: String, code: Int, nextTry: Timestamp)
  /// The answer ended early.
  case truncated(url: String, expected: Int?, received: Int)
  /// There is more than the pipeline allows.
  case tooLarge(url: String, limit: Int, announced: Int?)
  /// One redirect too many.
  case tooManyRedirects(url: String, limit: Int)
  /// A redirect to nowhere, or to something that is not HTTP.
  case badRedirect(url: String, target: String?)
  /// A redirect from https to http.
  case downgrade(url: String, target: String)
  /// Something the transport could not name.
  case transport(url: String, detail: String)
  /// The same trouble after all attempts.
  case repeated(FetchProblem, attempts: Int)

  // Archives.

  /// A gzip file ends before its own end mark.
  case archiveCut(uri: String, packed: Int)
  /// The packed bytes contradict themselves.
  case archiveCorrupt(uri: String, offset: Int, detail: String)
  /// An archive that is cut short or contradicts itself.
  case zipCorrupt(uri: String, detail: String)
  /// An archive, or a file in it, that is written in a way we do not read.
  case zipUnsupported(uri: String, detail: String)
  /// Declared as a zip archive, and it is not.
  case notZip(uri: String)
  /// The archive holds several files, or none, and the source does not say which it means.
  case memberUnclear(uri: String, members: [String])
  /// No file of the archive is the one that the source names.
  case memberMissing(uri: String, member: String, members: [String])

  // Databases.

  /// SQLite refused to read.
  case database(path: String, detail: String, isBusy: Bool)
  /// The query is something else than one SELECT.
  case notOneSelect(path: String)

  /// Declared as gzip, and it is not.
  case notGzip(uri: String)

  /// Whether the same request may succeed later.
  public var isTransient: Bool {
    switch self {
    case .readBroke, .changedMidway, .timeout, .hostNotFound, .connection, .patience, .truncated,
      .transport:
      true
    case .database(_, _, let isBusy): isBusy
    case .status(_, let code): Self.isTransient(status: code)
    case .repeated(let last, _): last.isTransient
    default: false
    }
  }

  /// When a transient trouble says that it will be over.
  public var nextTry: Timestamp? {
    switch self {
    case .patience(_, _, let time): time
    case .repeated(let last, _): last.nextTry
    default: nil
    }
  }

  /// Whether a status tells of a passing trouble: 408, 425, 429, every 5xx but 501 and 505; and an
  /// answer that is no answer (304 without a condition, other 1xx to 3xx).
  static func isTransient(status code: Int) -> Bool {
    switch code {
    case 408, 425, 429: true
    case 501, 505: false
    case 400..<500: false
    default: true
    }
  }
}
