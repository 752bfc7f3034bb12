// A query → prepared against empty tables of the right columns, so that its mistakes are found
// before any data is read.

import Records

extension PlanCompiler {
  /// A query over its tables; nil after a mistake.
  mutating func compileQuery(
    _ sql: SQLSpec, tables: [[PlanColumn]], of name: String
  ) -> PlanSQL? {
    let before = diagnostics.count
    let query = sql.query
    var plan = PlanSQL(
      query: query.value, tables: [],
      result: sql.columns.map { column in
        PlanColumn(
          name: column.name.value, type: column.type, isNullable: !column.isRequired, origin: nil,
          index: 0)
      }, place: "\(pipeline.file):\(query.mark.line)")
    for (input, columns) in zip(sql.from, tables) {
      if columns.contains(where: { $0.name.lowercased() == SQLSpec.record }) {
        report(
          "column.clash",
          "\(input.value) has a column \(SQLSpec.record), which a query has of its own",
          at: input.mark, suggestion: "rename it in a select before")
      }
      reportCaseClashes(columns, at: input.mark)
      plan.tables.append(PlanSQL.Table(name: input.value, columns: columns))
    }
    guard diagnostics.count == before else { return nil }
    do throws(QueryMistake) {
      let given = try StagingDatabase.columns(of: plan)
      plan.givesRecords = given.contains(SQLSpec.record)
      compare(given.filter { $0 != SQLSpec.record }, with: sql, of: name)
    } catch {
      report(error, in: sql.query, tables: plan.tables)
    }
    return diagnostics.count == before ? plan : nil
  }

  /// What a query gives against what is declared.
  private mutating func compare(_ given: [String], with sql: SQLSpec, of name: String) {
    let declared = sql.columns.map(\.name.value)
    for column in sql.columns {
      let count = given.count { $0 == column.name.value }
      if count == 0 {
        report(
          "sql.columns", "the query gives no column \"\(column.name.value)\"",
          at: column.name.mark,
          suggestion: NearestName.suggestion(
            for: column.name.value, among: given.filter { !declared.contains($0) })
            ?? "it gives \(given.joined(separator: ", "))")
      } else if count > 1 {
        report(
          "sql.columns", "the query gives \(count) columns \"\(column.name.value)\"",
          at: column.name.mark, suggestion: "name one of them otherwise with AS")
      }
    }
    for column in given where !declared.contains(column) {
      // A name that was meant otherwise is told once.
      let isMeant = sql.columns.contains { !given.contains($0.name.value) }
      guard !isMeant else { continue }
      report(
        "sql.columns", "the query gives a column \"\(column)\", which is not declared",
        at: sql.query.mark, suggestion: "add it to columns with its type, or leave it out")
    }
  }

  /// Tells what is wrong with a query, at the word to blame.
  mutating func report(
    _ mistake: QueryMistake, in query: Located<String>, tables: [PlanSQL.Table] = []
  ) {
    let source = SourceText(pipeline.text, file: pipeline.file)
    let mark = mistake.range.map { source.mark(of: $0, in: query.value, at: query.mark) }
    var suggestion = mistake.suggestion
    if let name = mistake.unknownColumn {
      suggestion = NearestName.suggestion(
        for: name.split(separator: ".").last.map(String.init) ?? name,
        among: tables.flatMap { $0.columns.map(\.name) })
    } else if let name = mistake.unknownTable {
      let stages = pipeline.sources.map(\.name.value) + pipeline.steps.map(\.name.value)
      suggestion =
        stages.contains(name)
        ? "add it to from"
        : NearestName.suggestion(for: name, among: tables.map(\.name))
          ?? "known here: \(tables.map(\.name).joined(separator: ", "))"
    }
    report(mistake.code, mistake.what, at: mark ?? query.mark, suggestion: suggestion)
  }
}
