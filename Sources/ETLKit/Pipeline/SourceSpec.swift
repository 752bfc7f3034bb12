// One source of a pipeline: where its records come from and what they must look like.

public import Records

/// A source, as declared under `sources`.
public struct SourceSpec: Hashable, Sendable {
  /// The stage's name.
  public var name: Located<String>
  /// Where the bytes come from.
  public var location: SourceLocation
  /// What a record is.
  public var format: RecordFormat
  /// How the lines of delimited text are written; of other formats what is skipped and how long a
  /// record may be.
  public var dialect: Dialect
  /// How letters are written; nil is UTF-8, or UTF-16 if the bytes begin with its mark.
  public var encoding: TextEncoding?
  /// Which files of an archive are read: a path in it, or a pattern.
  public var member: String?
  /// How the bytes are packed.
  public var packing: Packing
  /// The declared columns, in the order of the file.
  public var columns: [Located<ColumnSpec>]
  /// What to do when the file does not keep the agreement.
  public var contract: Contract
  /// How the bytes are fetched.
  public var fetch: FetchSpec
  /// A condition on the raw text of a record; where it is not true the record is passed over.
  public var prefilter: Located<String>?
  /// The most rows a second, to watch a run or to spare a machine.
  public var throttle: Int?
  /// The largest share (0…1) by which a file may have fewer rows than the one loaded before.
  public var maximumDrop: Double?
  /// Columns of which there are any number.
  public var rest: RestSpec?
  /// Columns that a run found in its files and took over; an older file may lack them.
  var evolved: Set<String> = []
  /// Columns declared as int that a run made real.
  var widened: Set<String> = []
  /// How old its newest record may be, as a check.
  public var freshness: CheckSpec?
  /// Which records are newer than those that were loaded; nil reads all.
  public var watermark: WatermarkSpec?
  /// The columns whose values the queue and the log must not keep.
  public var redacted: [Located<String>] = []

  /// Makes a source from its parts.
  public init(
    name: Located<String>, location: SourceLocation, format: RecordFormat = .delimited,
    dialect: Dialect = Dialect(), encoding: TextEncoding? = nil, packing: Packing = .byName,
    member: String? = nil, columns: [Located<ColumnSpec>] = [],
    contract: Contract = Contract(), fetch: FetchSpec = FetchSpec(),
    prefilter: Located<String>? = nil, throttle: Int? = nil, maximumDrop: Double? = nil
  ) {
    self.name = name
    self.location = location
    self.format = format
    self.dialect = dialect
    self.encoding = encoding
    self.member = member
    self.packing = packing
    self.columns = columns
    self.contract = contract
    self.fetch = fetch
    self.prefilter = prefilter
    self.throttle = throttle
    self.maximumDrop = maximumDrop
  }
}

/// Where the bytes of a source come from.
public enum SourceLocation: Hashable, Sendable {
  /// A file or a glob, relative to the workspace; several files are read in the order of their names.
  case files(path: String)
  /// What the process is given on its standard input.
  case standardInput
  /// A file behind a URL.
  case http(url: String, headers: [String: String])
  /// A file of a public repository, `owner/name`, at a branch, tag or commit.
  case github(repository: String, ref: String, path: String)
  /// A table, or what a query gives, of an SQLite file relative to the workspace.
  case sqlite(path: String, rows: DatabaseRows)
}

/// Which rows of a database are read.
public enum DatabaseRows: Hashable, Sendable {
  /// All rows of a table or view.
  case table(String)
  /// What a SELECT gives.
  case query(String)
}

/// What a record of a source is.
public enum RecordFormat: Hashable, Sendable {
  /// A line with a sign between its fields, `Dialect` says which.
  case delimited
  /// A line that holds one JSON object.
  case jsonLines
  /// An element of a JSON document's array, or of the array at a path in it.
  case json(at: JSONPath?)
  /// A line with fields at fixed places.
  case fixed(FixedWidth)
  /// A row of a database, as it is spooled.
  case rows
}

/// How letters are written as bytes.
public enum TextEncoding: String, CaseIterable, Hashable, Sendable {
  /// UTF-8.
  case utf8 = "utf-8"
  /// UTF-16 in the order that its mark tells.
  case utf16 = "utf-16"
  /// UTF-16, the lower byte first.
  case utf16LittleEndian = "utf-16le"
  /// UTF-16, the higher byte first.
  case utf16BigEndian = "utf-16be"
  /// ISO 8859-1.
  case latin1 = "latin-1"
  /// Windows code page 1252.
  case windows1252 = "windows-1252"
}

/// How the bytes of a source are packed.
public enum Packing: String, CaseIterable, Hashable, Sendable {
  /// Told from the ending of the name: `.gz` is gzip, `.zip` a zip archive.
  case byName = "by_name"
  /// Plain, whatever the name says.
  case none
  /// gzip, whatever the name says.
  case gzip
  /// A zip archive, whatever the name says.
  case zip
}

/// What to do when a file does not keep the agreement.
public struct Contract: Hashable, Sendable {
  /// What to do about one kind of breach.
  public enum Mode: String, CaseIterable, Hashable, Sendable {
    /// The run stops, nothing is published.
    case fail
    /// It is told, and the run goes on.
    case warn
    /// Nothing.
    case ignore
    /// The record waits in the queue.
    case reject
    /// It is taken over: a new column goes to the table as text, an int becomes real.
    case evolve
  }

  /// A declared column is not in the header.
  public var missingColumn: Mode
  /// The header has a column that is not declared.
  public var newColumn: Mode
  /// A value is not of its column's type.
  public var typeDrift: Mode

  /// Makes a contract.
  public init(missingColumn: Mode = .fail, newColumn: Mode = .ignore, typeDrift: Mode = .reject) {
    self.missingColumn = missingColumn
    self.newColumn = newColumn
    self.typeDrift = typeDrift
  }
}

/// How the bytes of a source are fetched.
public struct FetchSpec: Hashable, Sendable {
  /// Whether the server is asked for the file only if it changed.
  public var isConditional: Bool
  /// How long the server may be silent.
  public var timeout: Duration
  /// The most bytes that are taken, as transferred.
  public var maximumBytes: Int
  /// How long fetched files are kept, in seconds; nil keeps them.
  public var keepSeconds: Int?
  /// How many redirects are followed.
  public var maximumRedirects: Int
  /// The waits between attempts.
  public var backoff: BackoffSpec

  /// Makes a fetch.
  public init(
    isConditional: Bool = true, timeout: Duration = .seconds(30), maximumBytes: Int = 1 << 30,
    keepSeconds: Int? = nil, maximumRedirects: Int = 5, backoff: BackoffSpec = BackoffSpec()
  ) {
    self.isConditional = isConditional
    self.timeout = timeout
    self.maximumBytes = maximumBytes
    self.keepSeconds = keepSeconds
    self.maximumRedirects = maximumRedirects
    self.backoff = backoff
  }
}
