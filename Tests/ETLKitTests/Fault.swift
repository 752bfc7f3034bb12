// The ways in which a call to the file system can fail.

import FaultyVFS

/// One fault.
struct Fault {
  var name: String
  var style: Int
  var calls = Int(FAULTY_CHANGES)
  var lasts = false
  var hasBallast = false
  var isPartial = false
  /// Only files whose path contains this.
  var part = ""

  /// Faults that a process survives.
  static let survived = [
    Fault(
      name: "table: done, then errors", style: FAULTY_LATE, lasts: true, part: "/out.db"),
    Fault(name: "table: error for ever", style: FAULTY_ERROR, lasts: true, part: "/out.db"),
    Fault(name: "books: done, then errors", style: FAULTY_LATE, lasts: true, part: "/state.db"),
    Fault(name: "books: error for ever", style: FAULTY_ERROR, lasts: true, part: "/state.db"),
    Fault(name: "error once", style: FAULTY_ERROR),
    Fault(name: "error for ever", style: FAULTY_ERROR, lasts: true),
    Fault(name: "full once", style: FAULTY_FULL, calls: FAULTY_WRITE),
    Fault(name: "full for ever", style: FAULTY_FULL, calls: FAULTY_WRITE, lasts: true),
    Fault(
      name: "full until room is made", style: FAULTY_FULL, calls: FAULTY_WRITE, lasts: true,
      hasBallast: true),
    Fault(name: "short write", style: FAULTY_SHORT, calls: FAULTY_WRITE),
    Fault(name: "done, but an error", style: FAULTY_LATE),
    Fault(name: "done, then errors", style: FAULTY_LATE, lasts: true),
    Fault(name: "syncs fail for ever", style: FAULTY_ERROR, calls: FAULTY_SYNC, lasts: true),
    Fault(name: "read error once", style: FAULTY_ERROR, calls: FAULTY_READ),
  ]
  /// Faults that end the process.
  static let fatal = [
    Fault(name: "killed", style: FAULTY_KILL),
    Fault(name: "killed in a write", style: FAULTY_TORN, calls: FAULTY_WRITE),
    Fault(name: "power lost", style: FAULTY_POWER),
    Fault(name: "power lost, in parts", style: FAULTY_POWER, isPartial: true),
  ]
  /// The same where the program itself writes and names files: blobs, exports, a new database.
  static let places: [Fault] =
    [
      ("file write", FAULTY_WRITE_FILE), ("rename", FAULTY_RENAME),
      ("folder sync", FAULTY_SYNC_FOLDER), ("file sync", FAULTY_SYNC_FILE),
    ].flatMap { name, calls in
      [
        Fault(name: "\(name): error once", style: FAULTY_ERROR, calls: calls),
        Fault(name: "\(name): error for ever", style: FAULTY_ERROR, calls: calls, lasts: true),
        Fault(name: "\(name): full once", style: FAULTY_FULL, calls: calls),
        Fault(name: "\(name): done, but an error", style: FAULTY_LATE, calls: calls),
        Fault(name: "\(name): done, then errors", style: FAULTY_LATE, calls: calls, lasts: true),
      ]
    } + [
      Fault(name: "file write: short, once", style: FAULTY_SHORT, calls: FAULTY_WRITE_FILE),
      Fault(
        name: "file write: full for ever", style: FAULTY_FULL, calls: FAULTY_WRITE_FILE,
        lasts: true),
    ]
  /// Faults that end the process at such a call.
  static let fatalPlaces = [
    Fault(name: "killed at a file", style: FAULTY_KILL, calls: FAULTY_PLACES),
    Fault(name: "killed in a write of a file", style: FAULTY_TORN, calls: FAULTY_WRITE_FILE),
    Fault(name: "power lost at a file", style: FAULTY_POWER, calls: FAULTY_PLACES),
    Fault(
      name: "power lost at a file, in parts", style: FAULTY_POWER, calls: FAULTY_PLACES,
      isPartial: true),
  ]

  /// Counts calls below a folder and fails the one of this number.
  func arm(in folder: String, number: Int) {
    (folder + "/.etl/ballast").withCString { ballast in
      part.withCString { part in
        var plan = faulty_plan(
          calls: Int32(calls), style: Int32(style), number: Int64(number), part: part,
          lasts: lasts ? 1 : 0, ballast: hasBallast ? ballast : nil, seed: 0)
        faulty_arm(&plan)
      }
    }
  }
}
