// Answers about loads that are held back: which there are, and what publishing one would change.

internal import Foundation
internal import GRDB

extension WorkspaceReader {
  /// Those that wait for a person, newest first.
  func heldLoads(_ database: Database) throws -> [HeldLoad] {
    try Row.fetchAll(database, sql: ReaderSQL.heldLoads)
      .compactMap(HeldLoad.init(row:))
  }

  /// What publishing a held load would change, found out by a run for show.
  func publication(of run: RunID) async throws(EngineError) -> RunForecast {
    let all = try read([]) { database in
      try Row.fetchAll(database, sql: ReaderSQL.allHeldLoads).compactMap(HeldLoad.init(row:))
    }
    guard let load = all.first(where: { $0.run == run }), load.state == .held else {
      throw EngineError(.queue(.notHeld(run, all.first { $0.run == run }?.state)))
    }
    let pipeline = try workspace.pipeline(named: load.pipeline)
    return try await Forecaster(
      pipeline, in: workspace,
      options: .publishing(load, of: pipeline, by: "", note: ""), samples: 0
    ).forecast()
  }
}
