// From a position inside the value of a YAML scalar back to the file: quotes, escapes, folded lines
// and block scalars lie between the two. Touches nothing.

extension SourceText {
  /// The mark of a range of a scalar's value, in UTF-8 offsets.
  ///
  /// The start is exact, the end stays on its line. The scalar begins at `mark`: at its first letter,
  /// its quote, its `|` or `>`.
  func mark(of range: Range<Int>, in value: String, at mark: TextMark) -> TextMark {
    var walk = ScalarWalk(self, from: place(of: mark))
    var first: Place?
    var last: Place?
    var offset = 0
    for scalar in value.unicodeScalars {
      if offset >= range.upperBound, first != nil { break }
      let place = walk.next(scalar)
      if offset >= range.lowerBound, first == nil { first = place }
      if offset < range.upperBound { last = place }
      offset += UTF8.width(scalar)
    }
    let start = first ?? walk.place
    let end = last.flatMap { $0.line == start.line ? $0.offset + 1 : nil }
    return self.mark(at: start, count: (end ?? lines[start.line].count) - start.offset)
  }
}

/// A walk along a scalar's source text, one step for each scalar of its value.
private struct ScalarWalk {
  enum Style { case plain, single, double, block }

  let source: SourceText
  var place: SourceText.Place
  var style = Style.plain
  /// How many blanks each line of a block scalar begins with.
  var indent = 0

  init(_ source: SourceText, from start: SourceText.Place) {
    self.source = source
    place = start
    switch source[start] {
    case "'": (style, place.offset) = (.single, start.offset + 1)
    case "\"": (style, place.offset) = (.double, start.offset + 1)
    case "|", ">":
      style = .block
      place = SourceText.Place(line: min(start.line + 1, source.lines.count - 1), offset: 0)
      let content = source.lines[place.line...].first { $0.contains { $0 != " " } }
      indent = content?.prefix { $0 == " " }.count ?? 0
      place.offset = blanks(on: place.line)
    default: break
    }
  }

  /// The place of the next scalar of the value.
  mutating func next(_ wanted: Unicode.Scalar) -> SourceText.Place {
    while true {
      guard let found = source[place] else {
        let here = place
        guard place.line + 1 < source.lines.count else { return here }
        place = SourceText.Place(line: place.line + 1, offset: blanks(on: place.line + 1))
        // A line break stands in the value as itself or, folded, as a blank.
        if wanted == "\n" || wanted == " " { return here }
        continue
      }
      let here = place
      if style == .double, found == "\\" {
        guard source[after(1)] != nil else {
          place.offset += 1
          continue
        }
        place.offset += escapeLength(source[after(1)])
        return here
      }
      if style == .single, found == "'", source[after(1)] == "'" {
        place.offset += 2
        return here
      }
      if found == wanted {
        place.offset += 1
        return here
      }
      guard found == " " || found == "\t" else { return here }
      place.offset += 1
    }
  }

  private func after(_ count: Int) -> SourceText.Place {
    SourceText.Place(line: place.line, offset: place.offset + count)
  }

  private func blanks(on line: Int) -> Int {
    let all = source.lines[line].prefix { $0 == " " || $0 == "\t" }.count
    return style == .block ? min(indent, all) : all
  }

  private func escapeLength(_ letter: Unicode.Scalar?) -> Int {
    switch letter {
    case "x": 4
    case "u": 6
    case "U": 10
    default: 2
    }
  }
}
