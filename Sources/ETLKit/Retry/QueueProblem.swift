// What cannot be asked of the retry queue: facts, and their words.

import Records

/// Why something asked of the retry queue is refused.
public enum QueueProblem: Hashable, Sendable {
  /// There is no entry of this number.
  case unknownRecord(RejectID)
  /// There is no cause of this number, or nothing waits for it.
  case unknownReason(ReasonID)
  /// The entry is no longer in the queue.
  case closed(RejectID, state: RejectState)
  /// A run is trying the entry just now.
  case beingTried(RejectID)
  /// The record's fields cannot be told apart.
  case noFields(RejectID)
  /// Only the first bytes of the record were kept.
  case cut(RejectID, bytes: Int)
  /// Values of it are hidden, so that it cannot be edited field by field.
  case redacted(RejectID)
  /// The record has no field of this name.
  case unknownField(String, known: [String])
  /// `--set` without a name or a sign.
  case badSet(String, expected: String)
  /// A value cannot be written into the record.
  case unwritable(field: String, Unwritable)
  /// An expression cannot be read, or does not fit.
  case expression(String, text: String, column: Int)
  /// A condition cannot be read; `column` is where, from 1.
  case query(String, text: String, column: Int)
  /// No load of this run is held back; how it stands, if one was.
  case notHeld(RunID, HeldLoad.State?)
  /// The held load belongs to another pipeline.
  case heldElsewhere(RunID, pipeline: String)
  /// A file to import cannot be read.
  case file(String, path: String, line: Int?)
  /// An export cannot be written; what was in its place is as it was.
  case export(path: String, reason: SystemReason)

  /// The words.
  var text: ErrorText {
    switch self {
    case .unknownRecord(let id):
      ErrorText(
        "there is no record \(id)", code: "queue.unknown_record",
        fix: "etl-tui retry list --records")
    case .unknownReason(let id):
      ErrorText(
        "no record waits for reason \(id)", code: "queue.unknown_reason", fix: "etl-tui retry list")
    case .closed(let id, let state):
      ErrorText(
        "record \(id) is \(state.rawValue) already", code: "queue.closed",
        fix: state == .discarded ? "etl-tui retry undo" : nil)
    case .beingTried(let id):
      ErrorText(
        "a run is trying record \(id) now; it can be edited when that ends",
        code: "queue.being_tried")
    case .noFields(let id):
      ErrorText(
        "the fields of record \(id) cannot be told apart", code: "queue.no_fields",
        fix: "etl-tui retry edit \(id) --raw TEXT")
    case .redacted(let id):
      ErrorText(
        "values of record \(id) are hidden, and would be lost in an edit", code: "queue.redacted",
        fix: "mend the line in the file, or give all of it with --raw")
    case .cut(let id, let bytes):
      ErrorText(
        "only the beginning of record \(id) was kept, it has \(bytes) bytes", code: "queue.cut",
        fix: "mend the line in the file, or give all of it with --raw")
    case .unknownField(let name, let known):
      ErrorText(
        "the record has no field \"\(name)\"", code: "queue.unknown_field",
        fix: NearestName.suggestion(for: name, among: known)
          ?? "it has \(known.joined(separator: ", "))")
    case .badSet(let text, let expected):
      ErrorText(
        "\"\(text)\" sets nothing, \(expected) expected", code: "queue.set")
    case .unwritable(let field, let why):
      ErrorText("the value for \(field) \(why.words)", code: "queue.unwritable")
    case .expression(let what, let text, let column):
      ErrorText(
        what, code: "queue.expression", places: ["\(text), column \(column)"])
    case .query(let what, let text, let column):
      ErrorText(
        what, code: "queue.query", places: ["\(text), column \(column)"])
    case .notHeld(let run, nil):
      ErrorText(
        "no load of run \(run) is held back", code: "queue.not_held",
        fix: "etl-tui retry quarantine list")
    case .notHeld(let run, let state?):
      ErrorText(
        "the load of run \(run) is \(state.rawValue) already", code: "queue.not_held",
        fix: "etl-tui retry quarantine list --all")
    case .heldElsewhere(let run, let pipeline):
      ErrorText(
        "run \(run) is one of pipeline \(pipeline)", code: "queue.not_held",
        fix: "etl-tui retry quarantine publish \(run) --note WHY")
    case .file(let what, let path, let line):
      ErrorText(what, code: "queue.file", places: [path + (line.map { ":\($0)" } ?? "")])
    case .export(let path, let reason):
      ErrorText(
        "the export cannot be written: \(reason.words)", code: "queue.export", places: [path],
        fix: reason.isFull ? "make room, or write it elsewhere with --output FILE" : nil)
    }
  }
}

/// Why a value cannot be written into a record.
public enum Unwritable: Hashable, Sendable {
  /// It holds a delimiter or a line break, and the dialect has no quotes to keep it together.
  case noQuotes
  /// It holds a line break, and a line is a record.
  case lineBreak
  /// It is longer than its place in a line.
  case tooLong(Int, most: Int, unit: String)
  /// The record is no JSON.
  case notJSON
  /// On the path stands a text or a number, or an array that is too short.
  case noPlace

  /// The words, behind "the value for X".
  var words: String {
    switch self {
    case .noQuotes:
      "holds a delimiter or a line break, and the file has no quotes to keep it together"
    case .lineBreak: "holds a line break, and every line of the file is a record"
    case .tooLong(let count, let most, let unit): "has \(count) \(unit), its place has \(most)"
    case .notJSON: "has no place: the record is not one JSON object"
    case .noPlace: "has no place: on the way to it the record has something else"
    }
  }
}
