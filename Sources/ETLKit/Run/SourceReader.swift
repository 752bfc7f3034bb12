// A source's snapshots, queue entries or gathered rows, batch by batch, through a pass.

import Foundation
import Records

/// One file of a source, its header read and its columns bound.
struct BoundSnapshot {
  var snapshot: Snapshot
  var layout: SourceLayout
}

/// Queue entries that share a layout.
struct BoundEntries {
  var entries: [OpenReject]
  var layout: SourceLayout
}

/// Where a pass takes its batches from and gives them to.
protocol BatchSink: AnyObject {
  /// An empty batch for records of that many fields; nil when nobody wants any more.
  func take(width: Int) -> Parcel?
  /// Takes a batch whose selection has passed.
  func give(_ parcel: Parcel) throws(EngineError)
  /// Gives back a batch that is not used.
  func giveBack(_ parcel: Parcel)
}

/// Drives a pass over its input; belongs to the evaluating thread.
struct SourceReader {
  let spec: SourceSpec
  let runner: PassRunner
  let ledger: RunLedger
  let pulse: RunPulse
  /// At most so many bytes are read at once.
  var readLimit = Int.max

  /// Reads queue entries first, then the files in order.
  ///
  /// Entries that have cut runs short come last of the entries and each alone, and the log names them
  /// before they are tried; the files come after them, because their records are newer.
  func read(
    entries: [BoundEntries], snapshots: [BoundSnapshot], mended: MendedLines?,
    into sink: any BatchSink
  ) throws(EngineError) {
    for group in entries {
      try read(group.entries.filter { !$0.isFragile }, group.layout, into: sink)
    }
    for group in entries {
      for entry in group.entries where entry.isFragile {
        pulse.log(
          .warn,
          "line \(entry.place.line) has cut \(entry.entry.interruptions) runs short; "
            + "it is tried alone", stage: spec.name.value)
        try read([entry], group.layout, into: sink)
      }
    }
    let total = snapshots.reduce(0) { $0 + $1.snapshot.byteCount }
    var done = 0
    for (index, bound) in snapshots.enumerated() {
      let isLast = index == snapshots.count - 1
      let lines = mended?.byFile[index] ?? []
      try read(bound, index: index, isLast: isLast, mended: lines, into: sink) { position in
        guard total > 0 else { return }
        // Stages fused into one pass advance together.
        ledger.board.advance(runner.stages, to: Double(done + position) / Double(total))
        ledger.board.count(spec.name.value) { $0.bytesIn = done + position }
      }
      done += bound.snapshot.byteCount
    }
  }

  private func read(
    _ bound: BoundSnapshot, index: Int, isLast isLastFile: Bool, mended: [OpenReject],
    into sink: any BatchSink, progress: (Int) -> Void
  ) throws(EngineError) {
    var reader = try BlobReader(bound.snapshot, source: spec)
    var scanner = spec.scanner(width: bound.layout.width)
    guard var parcel = sink.take(width: bound.layout.width) else { throw abandoned }
    parcel.batch.begin(position: .start)
    var isLast = false
    var position = 0
    var mended = mended[...]
    while true {
      // A batch ends before a mended line, so that what replaces it comes in its place.
      while !isLast, parcel.batch.hasRoom, position < mended.first?.place.offset ?? .max {
        let most = min(readLimit, (mended.first?.place.offset ?? .max) - position)
        let got = try parcel.batch.fill { buffer throws(EngineError) in
          try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(most)))
        }
        position += got
        isLast = got == 0
      }
      scanner.scan(parcel.batch, isLast: isLast)
      let isEmpty = parcel.batch.count == 0
      // Carried over before the batch is given away: the other thread may reuse it at once.
      guard let next = sink.take(width: bound.layout.width) else {
        sink.giveBack(parcel)
        throw abandoned
      }
      scanner.carry(from: parcel.batch, into: next.batch)
      let isDone = isLast && next.batch.inputCount == 0
      if isEmpty {
        sink.giveBack(parcel)
      } else {
        parcel.origin = .snapshot(index)
        try runner.process(parcel, layout: bound.layout)
        let count = parcel.batch.count
        try sink.give(parcel)
        progress(reader.packedPosition)
        if isLastFile, !reader.isPacked, let watch = ledger.watch, watch.limit.share != nil {
          // A record has a byte and a line end at least, or only that where blank lines count.
          let bytes = bound.snapshot.byteCount - reader.packedPosition + next.batch.inputCount
          try watch.judgeShare(
            of: spec.name.value, read: ledger.board[spec.name.value]?.tally.rowsIn ?? 0,
            atMostMore: spec.dialect.skipBlankLines ? bytes / 2 + 1 : bytes + 1)
        }
        try pulse.beat(rows: count, throttle: spec.throttle)
      }
      parcel = next
      if next.batch.inputCount == 0 || isEmpty {
        while let entry = mended.first, entry.place.offset <= position || isDone {
          mended = mended.dropFirst()
          try read([entry], bound.layout, into: sink)
        }
      }
      if isDone { break }
    }
    sink.giveBack(parcel)
    if let problem = scanner.problem {
      throw EngineError(
        .contract(.input(problem, place: bound.snapshot.uri)), stage: spec.name.value)
    }
    if scanner.commentLines > 0 {
      pulse.note(
        "\(scanner.commentLines) comment line\(scanner.commentLines == 1 ? "" : "s") skipped",
        stage: spec.name.value)
    }
    if scanner.blankLines > 0 {
      pulse.note(
        "\(scanner.blankLines) blank line\(scanner.blankLines == 1 ? "" : "s") skipped",
        stage: spec.name.value)
    }
    if scanner.ignoredExtraFields > 0 {
      pulse.note(
        "\(scanner.ignoredExtraFields) empty extra field"
          + "\(scanner.ignoredExtraFields == 1 ? "" : "s") ignored", stage: spec.name.value)
    }
    if reader.paddingBytes > 0 {
      pulse.note(
        "\(reader.paddingBytes) zero bytes after the gzip data ignored", stage: spec.name.value)
    }
  }

  /// Feeds the raw bytes of queue entries through the same code as a file.
  private func read(
    _ entries: [OpenReject], _ layout: SourceLayout, into sink: any BatchSink
  ) throws(EngineError) {
    var rest = entries[...]
    while !rest.isEmpty {
      var chunk = rest.prefix(512)
      rest = rest.dropFirst(chunk.count)
      // Bytes that look like several records, or like half of one, are read alone.
      if try !feed(Array(chunk), layout, into: sink, isAlone: chunk.count == 1) {
        while let entry = chunk.popFirst() {
          _ = try feed([entry], layout, into: sink, isAlone: true)
        }
      }
    }
  }

  /// Gives false if the records found are not the entries given; nothing was done then.
  private func feed(
    _ entries: [OpenReject], _ layout: SourceLayout, into sink: any BatchSink, isAlone: Bool
  ) throws(EngineError) -> Bool {
    try ledger.hand.take(entries)
    guard let parcel = sink.take(width: layout.width) else { throw abandoned }
    var scanner = spec.recordScanner(width: layout.width)
    var bytes: [UInt8] = []
    for entry in entries { bytes += entry.raw + [UInt8(ascii: "\n")] }
    parcel.batch.begin(position: .start)
    let taken = bytes.withUnsafeBufferPointer { parcel.batch.fill(from: $0) }
    if taken == bytes.count { scanner.scan(parcel.batch, isLast: true) }
    guard taken == bytes.count, parcel.batch.count == entries.count || isAlone,
      parcel.batch.count >= entries.count
    else {
      sink.giveBack(parcel)
      ledger.hand.layDown(entries)
      guard isAlone else { return false }
      pulse.note("a queue record could not be read again", stage: spec.name.value)
      return true
    }
    if isAlone { parcel.batch.combine(asJSON: spec.format.isJSON) }
    parcel.origin = .queue(entries)
    try runner.process(parcel, layout: layout)
    try sink.give(parcel)
    try pulse.beat(rows: entries.count, throttle: nil)
    return true
  }

  /// The loading side has stopped; its own error says why.
  private var abandoned: EngineError { EngineError(.cancelled, stage: "load") }
}

extension RowStore {
  /// Feeds the rows of a gathered stage through a pass.
  func replay(
    through runner: PassRunner, columns: [PlanColumn], pulse: RunPulse, into sink: any BatchSink
  ) throws(EngineError) {
    var row = 0
    while row < count {
      guard let parcel = sink.take(width: 0) else {
        throw EngineError(.cancelled, stage: "load")
      }
      let batch = parcel.batch
      batch.begin(position: .start)
      var rows: [Int32] = []
      while row < count, let place = batch.addRow() {
        if let record = record(of: row) { batch.setPlace(record.place, of: place) }
        for (index, column) in columns.enumerated() {
          let target = batch.columns[column.index]
          target.nulls[place] = nulls[index][row]
          guard !nulls[index][row] else { continue }
          let slot = slots[index][row]
          target.slots[place] = column.type == .text ? batch.append(bytes(of: slot)) : slot
        }
        rows.append(Int32(row))
        row += 1
      }
      parcel.origin = .store(self, rows)
      try runner.process(parcel, layout: nil)
      let count = rows.count
      try sink.give(parcel)
      try pulse.beat(rows: count, throttle: nil)
    }
  }
}
