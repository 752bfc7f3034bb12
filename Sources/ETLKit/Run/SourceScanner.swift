// Which scanner finds the records of a source, in its files and again in its queue entries.

import Records

extension RecordFormat {
  /// Whether a record is a JSON value.
  var isJSON: Bool {
    switch self {
    case .jsonLines, .json, .rows: true
    case .delimited, .fixed: false
    }
  }
}

extension SourceSpec {
  /// Where the declared columns stand in a JSON record.
  var paths: [JSONPath] {
    columns.map { column in
      if format == .rows { return JSONPath(key: column.value.from) }
      return (try? JSONPath(column.value.from)) ?? JSONPath(key: column.value.from)
    }
  }

  /// A scanner for a file of the source, at its start.
  func scanner(width: Int) -> any RecordScanner {
    let most = dialect.maximumRecordBytes
    return switch format {
    case .delimited: CSVScanner(dialect: dialect, width: width)
    case .fixed(let layout): FixedWidthScanner(layout: layout, dialect: dialect)
    case .jsonLines: JSONLinesScanner(paths: paths, maximumRecordBytes: most)
    case .rows: JSONLinesScanner(paths: paths, skippedLines: 1, maximumRecordBytes: most)
    case .json(let array):
      JSONArrayScanner(paths: paths, array: array, maximumRecordBytes: most)
    }
  }

  /// A scanner for raw records of the source, one after the other, without what a file has around
  /// them.
  func recordScanner(width: Int) -> any RecordScanner {
    var alone = self
    alone.dialect.hasHeader = false
    alone.dialect.skipBlankLines = false
    alone.dialect.skippedLines = 0
    alone.dialect.comment = nil
    return switch format {
    case .delimited, .fixed, .jsonLines: alone.scanner(width: width)
    case .rows: JSONLinesScanner(paths: paths, maximumRecordBytes: dialect.maximumRecordBytes)
    case .json:
      JSONArrayScanner(
        paths: paths, isBare: true, maximumRecordBytes: dialect.maximumRecordBytes)
    }
  }
}
