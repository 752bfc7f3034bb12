// A small input with what it must give, inside a pipeline file. Touches nothing.

/// A test, as declared under `tests`.
public struct TestSpec: Hashable, Sendable {
  /// A name of the file with the text under it.
  public struct Block: Hashable, Sendable {
    /// The source, stage or check.
    public var name: Located<String>
    /// What is written for it.
    public var text: Located<String>

    /// Makes a block.
    public init(name: Located<String>, text: Located<String>) {
      self.name = name
      self.text = text
    }
  }

  /// The rows that a stage must give.
  public struct Rows: Hashable, Sendable {
    /// The stage; `load` stands for the destination's table.
    public var stage: Located<String>
    /// The rows as CSV with a header.
    public var text: Located<String>
    /// Whether their order counts.
    public var isOrdered: Bool

    /// Makes the rows.
    public init(stage: Located<String>, text: Located<String>, isOrdered: Bool = false) {
      self.stage = stage
      self.text = text
      self.isOrdered = isOrdered
    }
  }

  /// A record that must be rejected; what is not given is not compared.
  public struct Reject: Hashable, Sendable {
    /// Where it stands in the file.
    public var mark: TextMark
    /// The source it comes from.
    public var source: String?
    /// Its line there.
    public var line: Int?
    /// The code of one of its reasons.
    public var code: String
    /// The column of that reason.
    public var column: String?
    /// What it waits for: `time`, `change`, `manual`, or `change:STAGE`.
    public var wake: String?

    /// Makes a reject.
    public init(
      mark: TextMark, source: String? = nil, line: Int? = nil, code: String,
      column: String? = nil, wake: String? = nil
    ) {
      self.mark = mark
      self.source = source
      self.line = line
      self.code = code
      self.column = column
      self.wake = wake
    }
  }

  /// Its name.
  public var name: Located<String>
  /// The text of each source; a source that is not named has no records.
  public var given: [Block]
  /// Variables replaced for this test.
  public var variables: [Block]
  /// The day that `run.logical_date` is, in days since 1970.
  public var date: Int64?
  /// The rows that must come out.
  public var expected: [Rows]
  /// The records that must be rejected, and no others.
  public var rejects: [Reject]
  /// How checks must come out; checks that are not named do not run.
  public var checks: [Block]
  /// The code of the error that must stop the run.
  public var error: Located<String>?

  /// Makes a test.
  public init(
    name: Located<String>, given: [Block] = [], variables: [Block] = [], date: Int64? = nil,
    expected: [Rows] = [], rejects: [Reject] = [], checks: [Block] = [],
    error: Located<String>? = nil
  ) {
    self.name = name
    self.given = given
    self.variables = variables
    self.date = date
    self.expected = expected
    self.rejects = rejects
    self.checks = checks
    self.error = error
  }
}
