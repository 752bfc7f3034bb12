// What a new run asks about the last load: its marker, its counts, the shape of its files.

internal import Foundation
internal import GRDB

extension StateFile {
  /// The nonce that marks a run's load in the destination; nil if the run loaded nothing.
  func loadNonce(of run: RunID) throws(EngineError) -> [UInt8]? {
    try read { database in
      try Data.fetchOne(
        database, sql: "SELECT nonce FROM load WHERE run_id=? AND phase='finalised'",
        arguments: [run]
      ).map { [UInt8]($0) }
    }
  }

  /// How many rows a stage gave in a run.
  func rowsOut(of stage: String, run: RunID) throws(EngineError) -> Int? {
    try read { database in
      try Int.fetchOne(
        database, sql: "SELECT rows_out FROM stage_run WHERE run_id=? AND stage=?",
        arguments: [run, stage])
    }
  }

  /// What a check measured in a run.
  func measure(of check: String, run: RunID) throws(EngineError) -> CheckMeasure? {
    try read { database in
      try Row.fetchOne(
        database,
        sql: """
          SELECT measure, value FROM check_result
          WHERE run_id=? AND name=? AND measure IS NOT NULL
          """, arguments: [run, check]
      ).map { CheckMeasure(name: $0["measure"], value: $0["value"]) }
    }
  }

  /// The column names of the file that a source had before a snapshot; nil if there was none.
  func headerBefore(
    _ snapshot: Int64, source: String, pipeline: String
  ) throws(EngineError) -> [String]? {
    try read { database in
      fromJSON(
        try String.fetchOne(
          database,
          sql: """
            SELECT header_json FROM snapshot WHERE source=? AND id<>? AND header_json IS NOT NULL
              AND pipeline_id=(SELECT id FROM pipeline WHERE name=?)
            ORDER BY last_seen DESC, id DESC LIMIT 1
            """, arguments: [source, snapshot, pipeline]), as: [String].self)
    }
  }

  /// The column names of a snapshot's file, as they were when it was read.
  func header(of snapshot: Int64) throws(EngineError) -> [String] {
    try read { database in
      fromJSON(
        try String.fetchOne(
          database, sql: "SELECT header_json FROM snapshot WHERE id=?", arguments: [snapshot]),
        as: [String].self) ?? []
    }
  }
}
