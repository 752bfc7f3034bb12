// What wakes queue entries: hashes of everything they depend on.

import Crypto
import Foundation
import Records

/// What queue entries depend on, as hashes: a changed one wakes them.
struct Worlds {
  private let plan: [UInt8]
  private var references: [String: [UInt8]] = [:]

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

  func world(of entry: OpenReject) -> [UInt8] {
    guard RunLedger.isReference(RecordFault.Code(rawValue: entry.code)) else { return plan }
    return references[entry.stage] ?? plan
  }
}
