// The inner loop of the scanner: eight bytes at a time, fields stored as they end, a record counted
// only at its line end. A record that is cut off leaves no trace but its start.

extension CSVScanner {
  /// The loop: eight bytes at a time, looking for delimiter, quote and anything below 14.
  mutating func scanRecords(
    _ batch: RecordBatch, from start: Int, line startLine: Int, isLast: Bool
  ) -> (consumed: Int, line: Int) {
    let bytes = batch.bytes
    let end = batch.inputCount
    // A last line without an end gets one, in the padding behind the input.
    if isLast { bytes[end] = CSVBytes.lineFeed }
    let limit = isLast ? end + 1 : end
    let delimiter = dialect.delimiter
    let quote = dialect.quote ?? delimiter
    let delimiters = CSVBytes.spread(delimiter)
    let quotes = CSVBytes.spread(quote)
    let width = width
    let capacity = batch.capacity
    let maximum = dialect.maximumRecordBytes
    let skipsBlankLines = dialect.skipBlankLines
    let fields = batch.fields
    let bounds = batch.bounds
    let lines = batch.lines
    let fieldCounts = batch.fieldCounts
    let firstLine = batch.position.line
    let raw = UnsafeRawPointer(bytes)
    // No byte is 256.
    let comment = dialect.comment.map(UInt16.init) ?? 256

    var count = 0
    var line = startLine
    var index = start  // where the next eight bytes are taken
    var recordStart = start
    var fieldStart = start
    var field = 0
    var slot = fields
    var moreLines = 0  // line ends inside quotes
    var quoted: UInt64 = 0  // the field, if it stood between quotes
    var hasExtraText = false
    var isBroken = false
    var anchor: Int?

    if UInt16(bytes[start]) == comment {
      guard
        passComments(bytes, &recordStart, &line, end: end, isLast: isLast)
      else { return (recordStart, line) }
      fieldStart = recordStart
      index = recordStart
    }
    words: while index < limit {
      let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
      var hits = CSVBytes.candidates(word, delimiters, quotes)
      let base = index
      index &+= 8
      while hits != 0 {
        let at = base &+ hits.trailingZeroBitCount >> 3
        hits &= hits &- 1
        guard at < limit else { break words }
        let byte = bytes[at]
        var contentEnd = at
        if byte == delimiter {
          if field < width {
            slot[field] =
              quoted != 0 ? quoted : CSVBytes.pack(fieldStart, at &- fieldStart)
          } else if quoted != 0 ? quoted & FieldFlag.countMask != 0 : at > fieldStart {
            hasExtraText = true
          }
          quoted = 0
          field &+= 1
          fieldStart = at &+ 1
          continue
        } else if byte == CSVBytes.lineFeed {
          if at > recordStart, bytes[at &- 1] == CSVBytes.carriageReturn { contentEnd = at &- 1 }
        } else if byte == CSVBytes.carriageReturn {
          guard at &+ 1 < limit else {
            break words
          }
          if bytes[at &+ 1] == CSVBytes.lineFeed { continue }
        } else if byte == quote {
          let found = readQuoted(
            bytes, recordStart: recordStart, fieldStart: fieldStart, quoteAt: at, end: end,
            limit: limit)
          if found.status == .closed {
            quoted = found.packed
            moreLines &+= found.lines
            index = found.terminator
            continue words
          }
          if found.status == .cut { break words }
          isBroken = true
          anchor = found.anchor
        } else {
          continue
        }

        // A line ends at `at`; the record is `recordStart ..< contentEnd`.
        if contentEnd == recordStart, !isBroken {
          if recordStart == end { break words }
          if skipsBlankLines {
            blankLines &+= 1
            line &+= 1
            recordStart = at &+ 1
            fieldStart = recordStart
            guard UInt16(bytes[recordStart]) == comment else { continue }
            guard passComments(bytes, &recordStart, &line, end: end, isLast: isLast) else {
              break words
            }
            fieldStart = recordStart
            index = recordStart
            continue words
          }
        }
        if isBroken || contentEnd &- recordStart > maximum {
          let broken = resolve(
            bytes, recordStart: recordStart, anchor: anchor, end: end, isLast: isLast)
          if broken.structure == .sound { break words }
          if isHeaderDue {
            isHeaderDue = false
          } else {
            commitBroken(batch, count, broken, recordStart, line &- firstLine)
            count &+= 1
          }
          line &+= broken.lines
          recordStart = broken.next
          fieldStart = broken.next
          index = broken.next
          field = 0
          slot = fields + count &* width
          moreLines = 0
          quoted = 0
          hasExtraText = false
          isBroken = false
          anchor = nil
          if isSkipping || count == capacity { break words }
          if UInt16(bytes[recordStart]) == comment {
            guard passComments(bytes, &recordStart, &line, end: end, isLast: isLast) else {
              break words
            }
            fieldStart = recordStart
            index = recordStart
          }
          continue words
        }
        if field < width {
          slot[field] =
            quoted != 0 ? quoted : CSVBytes.pack(fieldStart, contentEnd &- fieldStart)
        } else if quoted != 0 ? quoted & FieldFlag.countMask != 0 : contentEnd > fieldStart {
          hasExtraText = true
        }
        field &+= 1
        if isHeaderDue {
          isHeaderDue = false
        } else {
          if field != width {
            settle(batch, count, fields: field, contentEnd: contentEnd, hasExtraText: hasExtraText)
          }
          bounds[count] = CSVBytes.pack(recordStart, contentEnd)
          lines[count] = CSVBytes.pack(line &- firstLine, moreLines)
          fieldCounts[count] = UInt32(truncatingIfNeeded: field)
          count &+= 1
          slot += width
        }
        line &+= moreLines &+ 1
        recordStart = at &+ 1
        fieldStart = recordStart
        field = 0
        moreLines = 0
        quoted = 0
        hasExtraText = false
        if count == capacity { break words }
        if UInt16(bytes[recordStart]) == comment {
          guard passComments(bytes, &recordStart, &line, end: end, isLast: isLast) else {
            break words
          }
          fieldStart = recordStart
          index = recordStart
          continue words
        }
      }
    }
    // A cut-off record that is already too long need not be waited for. A CR at the very end may
    // be its line end: that is seen when the next byte is there.
    let cutEnd = end > recordStart && bytes[end - 1] == CSVBytes.carriageReturn ? end - 1 : end
    if count < capacity, !isSkipping, !isLast, cutEnd - recordStart > maximum {
      let broken = resolve(bytes, recordStart: recordStart, anchor: nil, end: end, isLast: false)
      if isHeaderDue {
        isHeaderDue = false
      } else {
        commitBroken(batch, count, broken, recordStart, line - firstLine)
        count += 1
      }
      line += broken.lines
      recordStart = broken.next
    }
    batch.count = count
    return (min(recordStart, end), line)
  }

  /// Passes over the lines of remarks that stand where a record may begin.
  ///
  /// Gives false if one of them does not end here: the next batch begins with it, or inside it.
  @inline(never)
  mutating func passComments(
    _ bytes: UnsafeMutablePointer<UInt8>, _ start: inout Int, _ line: inout Int, end: Int,
    isLast: Bool
  ) -> Bool {
    while start < end, bytes[start] == dialect.comment {
      let skip = skipLine(bytes, from: start, end: end, isLast: isLast)
      guard skip.isFound || isLast else {
        // The rest of it is dropped as it arrives.
        commentLines += 1
        isSkipping = true
        start = skip.next
        return false
      }
      commentLines += 1
      line += 1
      start = skip.next
    }
    return true
  }

  /// A record with too few or too many fields.
  @inline(never)
  mutating func settle(
    _ batch: RecordBatch, _ record: Int, fields found: Int, contentEnd: Int, hasExtraText: Bool
  ) {
    if found < width {
      for field in found..<width {
        batch.fields[record * width + field] = CSVBytes.pack(contentEnd, 0)
      }
      batch.structures[record] = .fieldsMissing
      batch.markBad(record)
    } else if hasExtraText {
      batch.structures[record] = .fieldsExtra
      batch.markBad(record)
    } else {
      ignoredExtraFields += 1
    }
  }

  @inline(never)
  mutating func commitBroken(
    _ batch: RecordBatch, _ record: Int, _ broken: BrokenRecord, _ start: Int, _ line: Int
  ) {
    for field in 0..<width { batch.fields[record * width + field] = CSVBytes.pack(start, 0) }
    batch.bounds[record] = UInt64(start) << 32 | UInt64(broken.contentEnd)
    batch.lines[record] = UInt64(line) << 32 | UInt64(broken.moreLines)
    batch.fieldCounts[record] = UInt32(truncatingIfNeeded: max(0, broken.quoteAt - start))
    batch.structures[record] = broken.structure
    batch.markBad(record)
  }
}
