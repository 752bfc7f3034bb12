// What wakes queue entries: hashes of everything they depend on.

import Crypto
import Foundation
import GRDB
import Records

/// What queue entries depend on, as hashes: a changed one wakes them.
struct Worlds {
  private let plan: [UInt8]
  private var references: [String: [UInt8]] = [:]
  /// Those of entries that the destination refused.
  private var destination: [RejectID: [UInt8]] = [:]

  /// `sources`: all sources with their snapshots.
  init(_ plan: PipelinePlan, sources: [String: RootSource]) {
    self.plan = plan.hash
    for pass in plan.passes {
      for case .probe(let stage, let probe) in pass.operations {
        var hash = SHA256()
        hash.update(data: Data(plan.hash))
        for source in plan.rootSources(of: probe.side).sorted() {
          for snapshot in sources[source]?.snapshots ?? [] {
            hash.update(data: Data(snapshot.sha256))
          }
        }
        references[stage] = Array(hash.finalize())
      }
    }
  }

  var dataWorld: [UInt8] { plan }
  var referenceWorlds: [String: [UInt8]] { references }

  /// Asks the destination about the entries that it refused.
  mutating func ask(_ path: String, loads: [PlanLoad], about open: [OpenReject]) {
    let refused = open.filter { $0.obstacles != nil && $0.entry.state == .waiting }
    guard !refused.isEmpty else { return }
    guard access(path, F_OK) == 0 else {
      for entry in refused { destination[entry.id] = plan }
      return
    }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    guard let queue = try? DatabaseQueue(path: path, configuration: configuration) else { return }
    destination =
      (try? queue.read { database in
        let rules = try Dictionary(
          loads.map { ($0.stage, try ObstacleFinder.rules(of: $0.table.name, in: database)) },
          uniquingKeysWith: { $1 })
        return Dictionary(
          refused.map { entry in
            let obstacles = entry.obstacles ?? []
            // Of several the last one that goes makes way.
            let left = obstacles.filter { (try? $0.stands(in: database)) ?? true }
            return (
              entry.id,
              Worlds.world(
                plan: plan, rules: rules[entry.stage] ?? [],
                obstacles: left.isEmpty ? [] : obstacles)
            )
          }, uniquingKeysWith: { $1 })
      }) ?? [:]
  }

  /// What a record depends on that the destination refused: by which rules, and for which rows.
  static func world(plan: [UInt8], rules: [UInt8], obstacles: [LoadObstacle]) -> [UInt8] {
    var hash = SHA256()
    hash.update(data: plan)
    hash.update(data: rules)
    for obstacle in obstacles {
      let parts = [obstacle.table, obstacle.key] + obstacle.columns
      hash.update(data: Data(parts.joined(separator: "\u{1F}").utf8))
    }
    return Array(hash.finalize())
  }

  func world(of entry: OpenReject) -> [UInt8] {
    // A destination that cannot be asked just now has not changed; a load would say so.
    if entry.obstacles != nil { return destination[entry.id] ?? entry.worldHash }
    guard RunLedger.isReference(RecordFault.Code(rawValue: entry.code)) else { return plan }
    return references[entry.stage] ?? plan
  }
}
