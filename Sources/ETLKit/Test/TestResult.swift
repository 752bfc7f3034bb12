// What came of a test, as values; commands and consoles put it into words.

/// What came of one test of a pipeline file.
public struct TestResult: Hashable, Sendable {
  /// A row, nil for no value.
  public struct Row: Hashable, Sendable {
    /// Its values, in the order of the columns.
    public var cells: [String?]
    /// The line of the pipeline file it is expected on.
    public var line: Int?

    /// Makes a row.
    public init(cells: [String?], line: Int? = nil) {
      self.cells = cells
      self.line = line
    }
  }

  /// A row that nearly fits.
  public struct Pair: Hashable, Sendable {
    /// As it should be.
    public var expected: Row
    /// As it is.
    public var found: Row

    /// The places of the cells that differ.
    public var places: [Int] {
      expected.cells.indices.filter { expected.cells[$0] != found.cells[$0] }
    }
  }

  /// How the rows of a stage differ from those expected.
  public struct Difference: Hashable, Sendable {
    /// The stage.
    public var stage: String
    /// The columns that are compared.
    public var columns: [String]
    /// Rows that should be there.
    public var missing: [Row] = []
    /// Rows that should not.
    public var unexpected: [Row] = []
    /// Rows with other values.
    public var differing: [Pair] = []
    /// Whether the rows are right and only their order is not.
    public var isOrderOnly = false
  }

  /// A check that came out otherwise.
  public struct Check: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// How it should come out.
    public var expected: String
    /// How it did.
    public var outcome: String
    /// What it found, in words.
    public var found: String
  }

  /// The pipeline's name.
  public var pipeline: String
  /// The test's name.
  public var name: String
  /// The pipeline file.
  public var file: String
  /// Where the test stands.
  public var mark: TextMark
  /// The stages whose rows are not as expected.
  public var differences: [Difference] = []
  /// Records that should have been rejected, in words.
  public var missingRejects: [String] = []
  /// Records that should not, in words.
  public var unexpectedRejects: [String] = []
  /// Checks that came out otherwise.
  public var checks: [Check] = []
  /// Why the run did not come to its end, or that it did although it should not.
  public var problem: ErrorText?

  /// Whether everything is as expected.
  public var hasPassed: Bool {
    differences.isEmpty && missingRejects.isEmpty && unexpectedRejects.isEmpty && checks.isEmpty
      && problem == nil
  }
}
