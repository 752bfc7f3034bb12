// The keys of a pipeline file, of its head, load and retry.

extension KeyTable {
  static let file = KeyTable(
    title: "a pipeline file",
    keys: [
      KeySpec("etl", .choice(["1"]), "the version of the language"),
      KeySpec("pipeline", .map, required: true, "what the pipeline is called and whose it is"),
      KeySpec("vars", .textsByName, "constants for expressions, used as var.NAME"),
      KeySpec("sources", .map, required: true, "where records come from, by name"),
      KeySpec("steps", .map, "what happens to them, by name"),
      KeySpec("checks", .list, "what must hold before anything is published"),
      KeySpec(
        "load", .map, required: true,
        "where records go; a list of such maps loads several tables in one step"),
      KeySpec("retry", .map, "what happens to records that could not be loaded"),
      KeySpec("staging", .anything, support: .ignored, "how long staging files are kept"),
      KeySpec("schedules", .anything, support: .ignored, "when the pipeline runs by itself"),
      KeySpec("notify", .anything, support: .ignored, "who is told about runs"),
      KeySpec("charts", .anything, support: .ignored, "tiles drawn from the destination"),
      KeySpec("tests", .list, "small inputs with the rows they must give"),
    ])

  static let pipeline = KeyTable(
    title: "pipeline",
    keys: [
      KeySpec("name", .name, required: true, "the name it is run by"),
      KeySpec("description", .text, "what it is for"),
      KeySpec("owner", .text, "who answers for it"),
      KeySpec("timezone", .text, "the zone of its days, as in the tz database; UTC if not given"),
    ])

  static let load = KeyTable(
    title: "load",
    keys: [
      KeySpec("from", .stage, required: true, "the stage whose records are loaded"),
      KeySpec("to", .text, required: true, "the database: sqlite:FILE"),
      KeySpec("table", .column, required: true, "the table"),
      KeySpec(
        "mode", .choice(["upsert", "append", "insert_only", "replace", "scd2"]), required: true,
        "how records meet the rows that are there"),
      KeySpec(
        "key", .names, "the columns that name a row; needed for upsert, insert_only and scd2"),
      KeySpec(
        "on_vanish", .choice(["keep", "close"]),
        "scd2: what becomes of current versions whose keys a run did not bring"),
      KeySpec("on_equal", .choice(["skip"]), "equal rows are not written again"),
      KeySpec(
        "lineage", .boolean,
        "whether each row keeps its load, file and place"),
      KeySpec("indexes", .list, "indexes of the table, each a list of columns"),
      KeySpec("unique", .list, "columns whose values together may stand in one row only"),
      KeySpec("description", .text, "for readers"),
    ])

  static let retry = KeyTable(
    title: "retry",
    keys: [
      KeySpec("transient", .map, "waits after a fault that passes by itself"),
      KeySpec("records", .map, "how often a record is tried"),
      KeySpec("limit", .map, "how many rejects stop a load"),
    ])

  static let retryLimit = KeyTable(
    title: "retry.limit",
    keys: [
      KeySpec(
        "rejects", .integer(atLeast: 0),
        "the most rejected records; \(RejectLimit.standardRejects) without a limit"),
      KeySpec("percent", .share, "the largest share of a source's records that may be rejected"),
      KeySpec(
        "then", .choice(RejectLimit.Action.allCases.map(\.rawValue)),
        "fail gives the load up, quarantine_load holds it back for a person; fail if not given"),
    ])

  static let retryRecords = KeyTable(
    title: "retry.records",
    keys: [
      KeySpec("attempts", .integer(atLeast: 1), "attempts before a record is given up"),
      KeySpec("every_run", .boolean, "each run tries all waiting records"),
      KeySpec("dead_after", .duration, "the age at which a record is given up"),
    ])

  static let backoff = KeyTable(
    title: "a wait between attempts",
    keys: [
      KeySpec("attempts", .integer(atLeast: 1), "attempts, the first one counted"),
      KeySpec("initial", .duration, "the wait after the first failure"),
      KeySpec("factor", .factor, "by what each further wait is longer"),
      KeySpec("max", .duration, "the longest wait"),
      KeySpec(
        "jitter", .choice(["full", "none"]), "full: each wait a random share of the formula"),
    ])
}
