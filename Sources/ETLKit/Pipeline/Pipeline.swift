// A pipeline as a value: the graph of named stages and what hangs on it. Touches nothing.

/// A pipeline, as read from its file.
///
/// Names are checked (every stage that is named exists, no cycles); types are not, that is the
/// plan's work.
public struct Pipeline: Hashable, Sendable {
  /// The name it is run by.
  public var name: String
  /// Where the name stands.
  public var nameMark: TextMark
  /// What it is for, from the key `description`.
  public var summary: String?
  /// Who answers for it.
  public var owner: String?
  /// The zone its schedules and days are in, as in the tz database.
  public var timezone: String
  /// Constants for expressions, `var.NAME`.
  public var variables: [String: String]
  /// The file it was read from, relative to the workspace where possible.
  public var file: String
  /// The whole text of that file.
  public var text: String
  /// Canonical text of everything that influences what is loaded.
  ///
  /// Comments, order of keys, descriptions and owners do not change it; a plan hash is taken over it.
  public var meaning: String
  /// Where records come from, in the order of the file.
  public var sources: [SourceSpec]
  /// What happens to them, in the order of the file.
  public var steps: [StepSpec]
  /// What must hold before anything is published.
  public var checks: [CheckSpec]
  /// Where records go, in the order of the file: at least one load, and all into one database.
  public internal(set) var loads: [LoadSpec]
  /// What happens to records that could not be loaded.
  public var retry: RetrySpec
  /// Small inputs with what they must give.
  public var tests: [TestSpec]

  /// Makes a pipeline from its parts.
  public init(
    name: String, nameMark: TextMark = TextMark(line: 1, column: 1), summary: String? = nil,
    owner: String? = nil, timezone: String = "UTC",
    variables: [String: String] = [:], file: String = "", text: String = "", meaning: String = "",
    sources: [SourceSpec] = [], steps: [StepSpec] = [], checks: [CheckSpec] = [], load: LoadSpec,
    retry: RetrySpec = RetrySpec(), tests: [TestSpec] = []
  ) {
    self.name = name
    self.nameMark = nameMark
    self.summary = summary
    self.owner = owner
    self.timezone = timezone
    self.variables = variables
    self.file = file
    self.text = text
    self.meaning = meaning
    self.sources = sources
    self.steps = steps
    self.checks = checks
    loads = [load]
    self.retry = retry
    self.tests = tests
  }

  /// The first load; the only one after it is set.
  public var load: LoadSpec {
    get { loads[0] }
    set { loads = [newValue] }
  }

  /// The name of a load's stage: with its table if there are several.
  func stage(of load: LoadSpec) -> String {
    loads.count == 1 ? "load" : "load.\(load.table.value)"
  }

  /// The load of a stage.
  func load(at stage: String) -> LoadSpec? {
    loads.first { self.stage(of: $0) == stage }
  }

  /// Sends all loads to another database.
  mutating func redirect(to database: String) {
    for index in loads.indices { loads[index].database.value = database }
  }

  /// The source of this name.
  public func source(named name: String) -> SourceSpec? {
    sources.first { $0.name.value == name }
  }

  /// The step of this name.
  public func step(named name: String) -> StepSpec? {
    steps.first { $0.name.value == name }
  }
}
