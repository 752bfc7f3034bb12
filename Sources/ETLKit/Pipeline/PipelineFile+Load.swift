// Reads the load and the retry rule of a pipeline file. Touches nothing.

extension PipelineFile {
  /// One load, or a list of those that are published together.
  static func loads(_ node: YAMLNode, at mark: TextMark, _ reader: PipelineReader) -> [LoadSpec] {
    guard case .list(let items) = node.content else {
      return [load(node, at: mark, reader)].compactMap { $0 }
    }
    if items.isEmpty {
      reader.tell(
        "value.type", "\"load\" expects keys and values or a list of them, found an empty list",
        at: node.mark)
    }
    let loads = items.compactMap { load($0, at: $0.mark, reader) }
    for (place, load) in loads.enumerated() {
      let database = loads[0].database.value
      if load.database.value != database {
        reader.tell(
          "load.database",
          "the loads of a pipeline go into one database, and the first one goes into "
            + quoted(database), at: load.database.mark,
          "write sqlite:\(database), or make a pipeline of its own")
      }
      let table = load.table.value
      if let first = loads[..<place].first(where: {
        $0.table.value.lowercased() == table.lowercased()
      }) {
        reader.tell(
          "name.duplicate",
          "there is a load into \(quoted(table)) already, on line \(first.table.mark.line)",
          at: load.table.mark, "unite the rows in a step, or name another table")
      }
    }
    return loads
  }

  private static func load(_ node: YAMLNode, at mark: TextMark, _ reader: PipelineReader)
    -> LoadSpec?
  {
    guard let fields = PipelineFields(node, .load, at: mark, reader: reader) else { return nil }
    let from = fields.stage("from", by: nil)
    let database = Self.database(fields)
    let table = fields.text("table")
    if let table, table.value.lowercased().hasPrefix("sqlite_") {
      reader.tell(
        "name.reserved", "SQLite keeps names that begin with sqlite_ for itself", at: table.mark,
        "choose another name")
    }
    if let table, table.value.lowercased().hasPrefix(Lineage.prefix) {
      reader.tell(
        "name.reserved", "names that begin with _etl_ are those of tables that loads keep",
        at: table.mark, "choose another name")
    }
    let mode = fields.choice("mode", as: LoadSpec.Mode.self)
    _ = fields.choice("on_equal")
    let key = fields.names("key")
    if let mode, mode.meetsRows, !fields.has("key") {
      reader.tell(
        "key.missing", "mode \(mode.rawValue) needs the key \"key\"", at: fields.mark(of: "mode"),
        "key: the columns that name a row")
    }
    let hasLineage = fields.boolean("lineage") ?? false
    let (indexes, uniques) = (fields.groups("indexes"), fields.groups("unique"))
    let onVanish = fields.choice("on_vanish", as: LoadSpec.Vanished.self)
    if let mode, mode != .scd2, fields.has("on_vanish") {
      reader.tell(
        "key.unfit", "\"on_vanish\" does not fit mode \(mode.rawValue)",
        at: fields.mark(of: "on_vanish"), "only scd2 has versions that can end")
    }
    if mode == .scd2, fields.has("unique") {
      reader.tell(
        "key.unfit", "\"unique\" does not fit mode scd2", at: fields.mark(of: "unique"),
        "versions of a row may have the same values")
    }
    guard let from, let database, let table, let mode else { return nil }
    var load = LoadSpec(
      from: from, database: database, table: table, mode: mode, key: key, hasLineage: hasLineage,
      onVanish: onVanish ?? .keep)
    load.indexes = indexes
    load.uniques = uniques
    return load
  }

  private static func database(_ fields: PipelineFields) -> Located<String>? {
    guard let to = fields.text("to") else { return nil }
    let scheme = "sqlite:"
    if to.value.hasPrefix(scheme), to.value != scheme, !to.value.hasPrefix("sqlite::") {
      return Located(String(to.value.dropFirst(scheme.count)), at: to.mark)
    }
    for later in ["postgres:", "postgresql:", "mysql:"] where to.value.hasPrefix(later) {
      fields.reader.tell(
        "value.unsupported", "loading into \(later.dropLast()) is not supported yet", at: to.mark,
        "write sqlite:FILE")
      return nil
    }
    fields.reader.tell(
      "value.type", "\"to\" expects sqlite:FILE, found \(quoted(to.value))", at: to.mark)
    return nil
  }

  static func retry(_ fields: PipelineFields) -> RetrySpec {
    let standard = RetrySpec()
    let records = fields.map("records", .retryRecords)
    var spec = RetrySpec(
      attempts: records.integer("attempts") ?? standard.attempts,
      everyRun: records.boolean("every_run") ?? standard.everyRun,
      deadAfterSeconds: records.seconds("dead_after"),
      transient: backoff(fields.map("transient", .backoff), standard: standard.transient))
    if fields.has("limit") { spec.limit = limit(fields.map("limit", .retryLimit)) }
    return spec
  }

  private static func limit(_ fields: PipelineFields) -> RejectLimit {
    if !fields.has("rejects"), !fields.has("percent") {
      fields.reader.tell(
        "key.missing", "retry.limit needs one of the keys rejects or percent", at: fields.mark)
    }
    let share = fields.read("percent") { text in
      ScalarText.percent(text.hasSuffix("%") ? text : text + "%")
    }
    return RejectLimit(
      rejects: fields.integer("rejects"), share: share?.value,
      action: fields.choice("then", as: RejectLimit.Action.self) ?? .fail, line: fields.mark.line)
  }

  static func backoff(_ fields: PipelineFields, standard: BackoffSpec) -> BackoffSpec {
    let factor = fields.read("factor") { text in
      ScalarText.real(text).flatMap { $0 >= 1 ? $0 : nil }
    }
    let spec = BackoffSpec(
      attempts: fields.integer("attempts") ?? standard.attempts,
      initial: fields.duration("initial") ?? standard.initial,
      factor: factor?.value ?? standard.factor,
      maximum: fields.duration("max") ?? standard.maximum,
      hasJitter: fields.choice("jitter").map { $0 == "full" } ?? standard.hasJitter)
    if fields.has("initial"), fields.has("max"), spec.initial > spec.maximum {
      fields.reader.tell(
        "value.range", "\"initial\" is longer than \"max\"", at: fields.mark(of: "initial"),
        "exchange them")
    }
    return spec
  }
}
