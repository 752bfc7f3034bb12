// Sentences about a chart: the values under the cursor, what is missing, the span of the axis.

extension ChartView {
  /// The exact values at the cursor: `2021-03-15   cases 29,518,746   deaths 535,227`.
  public var readout: String {
    guard let cursor = validCursor else { return "" }
    switch mark {
    case .histogram: return data.histogram.readout(cursor, name: data.series.first?.name ?? "")
    case .table:
      let columns = (data.x.map { [$0] } ?? []) + data.columns
      return "row \(exactText(Double(cursor + 1)))   "
        + columns.map { "\($0.name) \($0.text(at: cursor))" }.joined(separator: "   ")
    case .line, .bar:
      let entries = data.entries(at: cursor)
      let values = data.series.map { "\($0.name) \(valueText($0, entries))" }
      return ([data.name(at: cursor)] + values).joined(separator: "   ")
    }
  }

  func valueText(_ series: SeriesData, _ entries: Range<Int>) -> String {
    let values = series.values[entries].filter { !$0.isNaN }
    guard let least = values.min(), let most = values.max() else {
      return missingText(series, entries)
    }
    if entries.count == 1 { return series.text(least) }
    let rows = counted(entries.count, "row")
    return least == most
      ? "\(series.text(least)) (\(rows))"
      : "\(series.text(least)) to \(series.text(most)) (\(rows))"
  }

  /// Why there is no value: none was loaded, or it cannot be drawn.
  private func missingText(_ series: SeriesData, _ entries: Range<Int>) -> String {
    guard let column = data.columns.first(where: { $0.name == series.name }),
      let entry = entries.first, data.rows[entry] < column.values.count,
      let raw = column.values[data.rows[entry]]
    else { return "null" }
    if raw.isNaN { return "not a number" }
    return raw == 0 && series.discontinuation != nil ? "0, read as missing" : exactText(raw)
  }

  /// What there is and what is missing, as drawn 80 columns wide.
  public var footer: String {
    footer(dotColumns: 144)
  }

  /// What there is and what is missing, with how many rows share a column of that many.
  func footer(dotColumns: Int, columnName: String = "dot column", own scales: Bool = false)
    -> String
  {
    switch mark {
    case .histogram: return data.histogram.footer(data.series.first)
    case .table: return counted(positionCount, "row")
    case .line, .bar: break
    }
    let window = validWindow
    var parts: [String] = []
    let unit = data.step?.unitName(isTemporal: data.x?.isTemporal ?? false)
    let noun = unit ?? (data.firstEntries.isEmpty ? "row" : "place")
    if !data.firstEntries.isEmpty {
      parts.append("\(counted(data.places.count, "row")) at \(counted(positionCount, noun))")
    } else {
      parts.append(
        window.count == positionCount
          ? counted(positionCount, noun)
          : "\(exactText(Double(window.count))) of \(counted(positionCount, noun))")
    }
    if data.absent > 0 {
      parts.append("\(exactText(Double(data.absent))) missing")
    } else if data.step != nil {
      parts.append("0 missing")
    }
    for series in data.series {
      let prefix = data.series.count > 1 ? "\(series.name) " : ""
      let nulls = series.missing
      if let end = series.discontinuation {
        parts.append(
          "\(series.name) ends \(data.nameOfEntry(end.lastEntry)), then 0 read as missing")
      } else if nulls > 0 {
        parts.append("\(prefix)\(exactText(Double(nulls))) null")
      }
      if series.infinite > 0 { parts.append("\(prefix)\(series.infinite) infinite") }
      if data.series.count == 1, series.zeros > 0, series.zeros < series.count {
        parts.append(counted(series.zeros, "zero"))
      }
    }
    if data.placeless > 0, let x = data.x {
      parts.append("\(counted(data.placeless, "row")) without \(x.name)")
    }
    if data.series.count > LineChart.seriesLimit, mark == .line {
      parts.append("\(LineChart.seriesLimit) of \(data.series.count) series drawn")
    }
    var text = parts.joined(separator: ", ")
    if positionCount == 1 {
      let values = data.series.map { "\($0.name) \(valueText($0, data.entries(at: 0)))" }
      text += ": " + ([data.name(at: 0)] + values).joined(separator: " ")
    }
    if scales { text += "; each on its own scale" }
    if let share = rowsPerColumn(window, dotColumns: dotColumns), mark == .line {
      text += "; 1 \(columnName) = \(share) \(noun)s"
    }
    if data.absent > 0 {
      let names = data.absentPlaces.map { place in
        if case .time(let dateOnly) = data.placeKind {
          return instantText(place, dateOnly: dateOnly)
        }
        return exactText(place)
      }
      let rest = data.absent - names.count
      text += "; missing \(names.joined(separator: ", "))"
      if rest > 0 { text += " and \(exactText(Double(rest))) more" }
    }
    return text
  }

  private func rowsPerColumn(_ window: Range<Int>, dotColumns: Int) -> String? {
    guard dotColumns > 0, window.count > dotColumns else { return nil }
    let entries = data.entries(in: window)
    var rows = Double(window.count)
    if let step = data.step, let first = entries.first, let last = entries.last {
      rows = Double(step.steps(from: data.places[first], to: data.places[last]) + 1)
    }
    return fixed(rows / Double(dotColumns), significant: 2)
  }

  /// The first and the last place shown.
  var span: String {
    let window = validWindow
    guard data.x != nil, mark == .line || mark == .bar, data.placeKind != .rows, window.count > 1
    else {
      return ""
    }
    return "\(data.name(at: window.lowerBound)) to \(data.name(at: window.upperBound - 1))"
  }
}

extension SeriesData {
  /// A value of the series, exact.
  func text(_ value: Double) -> String {
    guard case .temporal(let dateOnly) = kind else { return exactText(value) }
    return instantText(value, dateOnly: dateOnly)
  }
}

extension ChartColumn {
  /// The value at a row, exact.
  func text(at row: Int) -> String {
    if kind == .text { return row < texts.count ? texts[row] ?? "null" : "null" }
    guard row >= 0, row < values.count, let value = values[row] else { return "null" }
    guard case .temporal(let dateOnly) = kind, value.isDrawable else { return exactText(value) }
    return instantText(value, dateOnly: dateOnly)
  }
}

/// A number of things: 1 row, 2 rows, 1,158 days.
func counted(_ number: Int, _ noun: String) -> String {
  "\(exactText(Double(number))) \(noun)\(number == 1 ? "" : "s")"
}
