// The keys of the tests inside pipeline files.

extension KeyTable {
  static let test = KeyTable(
    title: "a test",
    keys: [
      KeySpec("name", .text, required: true, "what it shows"),
      KeySpec("given", .textsByName, required: true, "the text of each source, in its format"),
      KeySpec("vars", .textsByName, "variables replaced for this test"),
      KeySpec("date", .text, "the day that run.logical_date is; 2000-01-01 if not given"),
      KeySpec("expect", .map, "the rows that stages must give, as CSV; load is the table"),
      KeySpec("rejects", .list, "the records that must be rejected; none if not given"),
      KeySpec("checks", .textsByName, "how checks must come out; others do not run"),
      KeySpec("error", .text, "the code of the error that must stop the run"),
      KeySpec("description", .text, "for readers"),
    ])

  static let testRows = KeyTable(
    title: "the rows of a stage",
    keys: [
      KeySpec("rows", .text, required: true, "the rows as CSV with a header"),
      KeySpec("ordered", .boolean, "whether the order of the rows counts; false if not given"),
    ])

  static let testReject = KeyTable(
    title: "a reject",
    keys: [
      KeySpec("code", .text, required: true, "a reason's code, such as cast.int"),
      KeySpec("source", .text, "the source of the record"),
      KeySpec("line", .integer(atLeast: 1), "its line there; the header is line 1"),
      KeySpec("column", .text, "the column of that reason"),
      KeySpec("wake", .text, "what it waits for: time, manual, change or change:STAGE"),
    ])
}
