// A chart without a definition: the kinds, the order and the spread of columns choose the mark.

/// What a column is good for.
private enum Role: Int { case time, measure, category, identifier, nothing }

private struct Profile {
  var role: Role
  var distinct: Int
  var isUnique: Bool
  var isAscending: Bool
  var spread: Double

  /// Looks at one column; at most 20,000 of its rows, spread over all of them.
  init(_ column: ChartColumn) {
    let stride = max(column.count / 20_000, 1)
    let rows = Swift.stride(from: 0, to: column.count, by: stride)
    if column.kind == .text {
      let texts = rows.compactMap { $0 < column.texts.count ? column.texts[$0] : nil }
      distinct = Set(texts).count
      isUnique = distinct == texts.count
      isAscending = false
      spread = 0
      role = texts.isEmpty ? .nothing : .category
      return
    }
    let values = rows.compactMap { column.number(at: $0) }
    distinct = Set(values).count
    isUnique = distinct == values.count
    isAscending = zip(values.dropFirst(), values).allSatisfy { $0 > $1 }
    let mean = values.reduce(0) { $0 + $1 / Double(max(values.count, 1)) }
    let deviation = values.reduce(0) { $0 + abs($1 - mean) / Double(max(values.count, 1)) }
    spread = mean != 0 ? deviation / abs(mean) : deviation
    let name = column.name.lowercased()
    let soundsLikeKey =
      name == "id" || name == "key" || name.hasSuffix("_id") || name.hasSuffix("_key")
      || name.hasSuffix("code") || name == "fips"
    if values.isEmpty {
      role = .nothing
    } else if column.isTemporal {
      role = .time
    } else if column.isInteger, soundsLikeKey {
      role = .identifier
    } else {
      role = .measure
    }
  }
}

extension ChartView {
  /// The marks that suit some columns, the best first; the table always does.
  public static func fittingMarks(x: ChartColumn?, series: [ChartColumn]) -> [ChartMark] {
    let measures = series.filter { $0.kind != .text }
    guard !measures.isEmpty else { return [.table] }
    switch x?.kind {
    case .temporal?, .number?: return [.line, .bar, .histogram, .table]
    case .text?: return [.bar, .histogram, .table]
    case nil:
      return measures.count == 1
        ? [.histogram, .line, .bar, .table] : [.line, .bar, .histogram, .table]
    }
  }

  /// A chart of a table's columns, with the mark that fits them best.
  ///
  /// One time and numbers make lines; words and a number make bars; numbers alone make a histogram.
  /// `reason` tells why.
  public static func instant(title: String, columns: [ChartColumn]) -> ChartView {
    let profiles = columns.map(Profile.init)
    func all(_ role: Role) -> [Int] { columns.indices.filter { profiles[$0].role == role } }
    let measures = all(.measure)
    let names = { (indices: [Int]) in indices.map { columns[$0].name }.joined(separator: ", ") }

    if let time = all(.time).first, !measures.isEmpty {
      var chart = ChartView(
        title: title, x: columns[time], series: measures.map { columns[$0] }, mark: .line)
      let kind = measures.count == 1 ? "number" : "numbers"
      var reason = "\(columns[time].name) is a time, \(names(measures)) \(kind): line"
      let isFewRows = chart.positionCount <= 1
      if isFewRows { reason = "one instant only: a point" }
      if chart.data.series.contains(where: \.isCumulative) { reason += ", cumulative" }
      if !chart.data.firstEntries.isEmpty { reason += ", several rows an instant" }
      chart.reason = reason
      return chart
    }
    if let category = all(.category).min(by: { profiles[$0].distinct < profiles[$1].distinct }) {
      if let measure = measures.max(by: { profiles[$0].spread < profiles[$1].spread }),
        profiles[category].isUnique
      {
        var chart = ChartView(
          title: title, x: columns[category], series: [columns[measure]], mark: .bar)
        chart.reason =
          "\(columns[category].name) names the rows, \(columns[measure].name) is a number: bars"
        return chart
      }
      return counts(title: title, of: columns[category])
    }
    if let time = all(.time).first { return daily(title: title, of: columns[time]) }
    if measures.count >= 2, let x = measures.first(where: { profiles[$0].isAscending }) {
      let rest = measures.filter { $0 != x }
      var chart = ChartView(
        title: title, x: columns[x], series: rest.map { columns[$0] }, mark: .line)
      chart.reason = "\(columns[x].name) ascends, \(names(rest)) follow it: line"
      return chart
    }
    if let measure = measures.max(by: { profiles[$0].spread < profiles[$1].spread }) {
      var chart = ChartView(title: title, x: nil, series: [columns[measure]], mark: .histogram)
      chart.reason = "\(columns[measure].name) is a number and nothing orders it: histogram"
      return chart
    }
    var chart = ChartView(title: title, x: nil, series: columns, mark: .table)
    chart.reason =
      all(.identifier).isEmpty
      ? "nothing to measure: table"
      : "\(names(all(.identifier))) looks like an identifier: table"
    return chart
  }

  /// How often each word occurs: the twenty most frequent.
  private static func counts(title: String, of column: ChartColumn) -> ChartView {
    var counts: [String: Int] = [:]
    for text in column.texts { counts[text ?? "null", default: 0] += 1 }
    let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let names: [String?] = sorted.prefix(20).map(\.key)
    let values: [Double?] = sorted.prefix(20).map { Double($0.value) }
    let rest = sorted.dropFirst(20).reduce(0) { $0 + $1.value }
    var chart = ChartView(
      title: title, x: ChartColumn(name: column.name, kind: .text, texts: names),
      series: [ChartColumn(name: "rows", kind: .number(isInteger: true), values: values)],
      mark: .bar)
    chart.reason =
      "\(column.name) is words, \(counted(sorted.count, "kind")): rows of each, most first"
    if rest > 0 {
      chart.reason += "; \(counted(rest, "row")) of \(sorted.count - 20) others not shown"
    }
    return chart
  }

  /// Rows a day, month or year: the finest that leaves at most 400 bars.
  private static func daily(title: String, of column: ChartColumn) -> ChartView {
    let values = column.values.indices.compactMap { column.number(at: $0) }
    let least = values.min() ?? 0
    let span = (values.max() ?? 0) - least
    let units: [(TimeStep, String)] = [
      (TimeStep(unit: .second, count: 3_600), "hour"), (TimeStep(unit: .day, count: 1), "day"),
      (TimeStep(unit: .month, count: 1), "month"), (TimeStep(unit: .year, count: 1), "year"),
    ]
    let (step, name) =
      units.dropFirst(column.isDateOnly ? 1 : 0).first { span / $0.0.shortest <= 400 } ?? units[3]
    var counts: [Double: Int] = [:]
    for value in values { counts[step.floor(CivilTime(seconds: value)).seconds, default: 0] += 1 }
    // A regular time with no row is a zero here: that nothing happened is what was counted.
    var instants: [Double?] = []
    var rows: [Double?] = []
    var time = step.floor(CivilTime(seconds: least))
    let end = least + span
    while time.seconds <= end, instants.count < 5_000 {
      instants.append(time.seconds)
      rows.append(Double(counts[time.seconds] ?? 0))
      time = step.next(time)
    }
    if values.isEmpty { (instants, rows) = ([], []) }
    var chart = ChartView(
      title: title,
      x: ChartColumn(
        name: column.name, kind: .temporal(dateOnly: name != "hour"), values: instants),
      series: [ChartColumn(name: "rows", kind: .number(isInteger: true), values: rows)], mark: .bar)
    chart.reason = "\(column.name) is a time and nothing is measured: rows a \(name)"
    return chart
  }

  static func reason(mark: ChartMark, x: ChartColumn?, series: [ChartColumn]) -> String {
    let names = series.map(\.name).joined(separator: ", ")
    switch mark {
    case .line: return "\(names) along \(x?.name ?? "the rows")"
    case .bar: return "\(names) by \(x?.name ?? "row")"
    case .histogram: return "how often \(series.first?.name ?? "values") has which size"
    case .table: return "the values themselves"
    }
  }
}
