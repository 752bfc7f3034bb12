// What a key means when it is not written, for the reference. Numbers and rules are taken from the
// values that the reader itself begins with. Touches nothing.

internal import Records

extension KeyTable {
  /// What holds without a key, as one would write it; nil if there is no such thing.
  func standard(_ key: String) -> String? {
    Self.standards[title]?[key] ?? (title.hasPrefix("a check") && key == "severity" ? "error" : nil)
  }

  private static let standards: [String: [String: String]] = {
    let (fetch, contract, retry) = (FetchSpec(), Contract(), RetrySpec())
    let (wait, dialect) = (BackoffSpec(), Dialect())
    return [
      "a pipeline file": ["etl": "1"],
      "pipeline": ["timezone": "UTC"],
      "a source of type files": ["order": "name"],
      "a source of type github": ["ref": "the default branch"],
      "format": [
        "type": "csv", "header": String(dialect.hasHeader), "delimiter": "comma",
        "quote": "\"; none in tsv", "skip": String(dialect.skippedLines), "comment": "none",
        "trim": "false; true in fixed", "at": "the document itself", "unit": "characters",
        "short": "reject", "nulls": "''", "blank": "skip", "packing": "by the file's name",
        "max_record": size(dialect.maximumRecordBytes), "encoding": "utf-8",
      ],
      "fetch": [
        "conditional": String(fetch.isConditional), "timeout": duration(fetch.timeout),
        "max_bytes": size(fetch.maximumBytes), "max_redirects": String(fetch.maximumRedirects),
      ],
      "contract": [
        "missing_column": contract.missingColumn.rawValue,
        "new_column": contract.newColumn.rawValue,
        "type_drift": contract.typeDrift.rawValue,
      ],
      "a column": [
        "from": "the column's name", "nested": "false", "required": "false",
        "nulls": "those of the format", "trim": "that of the format", "upper": "false",
        "lower": "false", "decimal": "point", "thousands": "none",
        "start": "where the one before ends",
      ],
      "a step of type join": [
        "kind": JoinSpec.Kind.inner.rawValue, "cardinality": "n:1; n:m for semi and anti",
        "unmatched_left": "what the kind says",
        "unmatched_right": "what the kind says",
      ],
      "a step of type lookup": ["missing": LookupSpec.MissPolicy.reject.rawValue],
      "a step of type dedupe": ["keep": "first"],
      "a step of type unpivot": ["nulls": "keep"],
      "a step of type pivot": [
        "several": PivotSpec.Several.reject.rawValue, "unknown": PivotSpec.Unknown.reject.rawValue,
      ],
      "load": ["on_equal": "skip", "lineage": "false"],
      "retry.records": [
        "attempts": String(retry.attempts), "every_run": String(retry.everyRun),
        "dead_after": "never",
      ],
      "a wait between attempts": [
        "attempts": String(wait.attempts), "initial": duration(wait.initial),
        "factor": String(Int(wait.factor)), "max": duration(wait.maximum),
        "jitter": wait.hasJitter ? "full" : "none",
      ],
    ]
  }()

  private static func duration(_ duration: Duration) -> String {
    "\(duration.components.seconds)s"
  }

  private static func size(_ bytes: Int) -> String {
    bytes % (1 << 30) == 0 ? "\(bytes >> 30)GiB" : "\(bytes >> 20)MiB"
  }
}
