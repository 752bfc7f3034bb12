// Loads that are held back until a person decides.

import GRDB

extension Doctor {
  /// One finding each: how large it is, how long it waits, and what to type.
  func heldLoads(in database: Database) throws -> [HealthFinding] {
    try Row.fetchAll(database, sql: ReaderSQL.heldLoads)
      .compactMap(HeldLoad.init(row:))
      .map { load in
        let files = "\(load.files) \(load.files == 1 ? "file" : "files")"
        return HealthFinding(
          severity: .warn, code: "loads.held",
          what: "the load of run \(load.run) of \(load.pipeline) is held back for \(age(load)), "
            + "\(files), \(ByteText.text(load.bytes)): \(load.reason)",
          fix: "etl-tui plan \(load.pipeline) --held \(load.run), then etl-tui retry quarantine "
            + "publish \(load.run) --note WHY, or drop in place of publish")
      }
  }

  /// How long it waits, in whole minutes, hours or days.
  private func age(_ load: HeldLoad) -> String {
    let minutes = max(0, Int(now.seconds(since: load.at) / 60))
    return minutes < 120
      ? "\(minutes) min" : minutes < 2_880 ? "\(minutes / 60) h" : "\(minutes / 1_440) days"
  }
}
