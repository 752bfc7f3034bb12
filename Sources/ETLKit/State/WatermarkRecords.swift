// The state file's memory of watermarks, which outlasts the destination that holds them.

import Foundation
import GRDB

extension StateFile {
  /// The moves of a pipeline's marks that were published, oldest first.
  func watermarks(of pipeline: String) throws(EngineError) -> [Watermark] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT w.*, l.run_id FROM watermark w LEFT JOIN load l ON l.id=w.load_id
          WHERE w.pipeline_id=(SELECT id FROM pipeline WHERE name=?)
            AND (w.load_id IS NULL OR l.phase='finalised') ORDER BY w.id
          """, arguments: [pipeline]
      ).map(Watermark.init(row:))
    }
  }

  /// Remembers marks that a load moves; they count once the load is finalised.
  func note(_ marks: [Watermark], of load: PendingLoad, in database: Database) throws {
    for mark in marks { try insert(mark, pipeline: load.pipelineID, in: database) }
  }

  /// Remembers, and puts into the journal, that a person moved a mark.
  func note(_ mark: Watermark, pipeline: String) throws(EngineError) {
    try write { database in
      try self.insert(mark, pipeline: try self.pipelineID(pipeline, in: database), in: database)
      _ = try self.journal(
        "watermark", by: mark.actor ?? "", target: "\(pipeline) \(mark.source)",
        note: mark.value ?? "none", before: nil, in: database)
    }
  }

  private func insert(_ mark: Watermark, pipeline: Int64, in database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO watermark(pipeline_id,source,column_name,type,value,load_id,set_by,at)
        VALUES(?,?,?,?,?,?,?,?)
        """,
      arguments: [
        pipeline, mark.source, mark.column, mark.type, mark.value, mark.load, mark.actor,
        mark.at.microseconds,
      ])
  }
}
