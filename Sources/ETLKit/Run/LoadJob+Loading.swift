// The last passes of a run, which load: one thread evaluates, another one loads.

import Foundation
import Records
import Synchronization

/// One load of a run: the pass that gives its rows, and the table that takes them.
struct LoadLane {
  let load: PlanLoad
  let pass: PlanPass
  let capacity: Int
  let rows: BatchTable
  /// The source at the root of the pass, and how its files became columns.
  let root: RootSource
  let layouts: [BoundSnapshot]
  /// Rows that the destination has taken.
  let loaded: RowCounter

  var feed: BatchFeed { rows.feed }
}

/// A number that one thread raises and another one reads.
final class RowCounter: Sendable {
  let value = Atomic(0)
}

extension LoadJob {
  func load(
    into destination: Destination, checks: [CheckRunner]
  ) throws(EngineError) -> LoadCounts {
    var lanes: [LoadLane] = []
    for load in plan.loads { lanes.append(try lane(of: load, into: destination)) }
    for lane in lanes {
      pulse.loadedCounts[lane.load.stage] = { lane.loaded.value.load(ordering: .relaxed) }
    }
    let writer = WriterThread(job: self, destination: destination, lanes: lanes, checks: checks)
    writer.start()
    var failure: EngineError?
    do throws(EngineError) {
      for lane in lanes {
        try fill(lane, checks: checks)
        lane.feed.finish()
      }
    } catch {
      failure = error
      for lane in lanes { lane.feed.finish(error) }
    }
    let result = writer.wait()
    pulse.loadedCounts = [:]
    switch result {
    case .success(let counts):
      if let failure { throw failure }
      return counts
    case .failure(let error):
      // The loading side's own error comes first; "cancelled" is only its echo.
      throw error
    }
  }

  private func lane(
    of load: PlanLoad, into destination: Destination
  ) throws(EngineError) -> LoadLane {
    let pass = plan.passes[load.pass]
    let capacity = self.capacity(of: pass)
    let width = attempt.firstWidth(of: pass)
    let parcels = (0..<5).map { _ in
      Parcel(batch: RecordBatch(width: width, columns: pass.types, capacity: capacity))
    }
    let feed = BatchFeed(parcels: parcels)
    let loaded = RowCounter()
    var drained = 0
    let root = rootSource(of: pass)
    let places =
      load.table.hasLineage
      ? RowPlaces(capacity: capacity, root: root, candidates: try readSnapshots()) : nil
    let rows = BatchTable(
      feed: feed, table: load.table, columns: load.columns, places: places
    ) { parcel in
      loaded.value.add(parcel.batch.selectedCount, ordering: .relaxed)
      if case .queue(let entries) = parcel.origin { self.ledger.hand.layDown(entries) }
      feed.giveBack(parcel)
      drained += 1
      // Every few megabytes.
      if drained.isMultiple(of: 16) { destination.beginWriting() }
    }
    return LoadLane(
      load: load, pass: pass, capacity: capacity, rows: rows, root: root,
      layouts: attempt.bound[root.name] ?? [], loaded: loaded)
  }

  /// Gives a load all its rows.
  private func fill(_ lane: LoadLane, checks: [CheckRunner]) throws(EngineError) {
    let (pass, load) = (lane.pass, lane.load)
    ledger.board.start(load.stage, at: .now)
    let sink = LoadingSink(
      feed: lane.feed, stage: load.stage, types: pass.types, capacity: lane.capacity,
      columns: pass.outputColumns, key: load.table.key, ledger: ledger
    ) { row, parcel, fault throws(EngineError) in
      try self.ledger.reject(
        row, of: parcel, source: lane.root, layout: self.layout(of: parcel, lane.layouts),
        stage: load.stage, faults: [fault])
    }
    try drive(
      pass, into: sink, probes: try makeProbes(pass, capacity: lane.capacity),
      checks: checks.filter { $0.plan.pass == load.pass },
      capacity: lane.capacity)
  }

  /// Every snapshot that a row of this load can come from, in the order they are read.
  private func readSnapshots() throws(EngineError) -> [KnownSnapshot] {
    let read = attempt.pipeline.sources.flatMap { source in
      work.isRedrive ? [] : attempt.sources[source.name.value]?.snapshots.compactMap(\.id) ?? []
    }
    let tried = Set((work.due + work.mended).map(\.snapshotID)).subtracting(read).sorted()
    let known = try attempt.state.snapshots(tried + read)
    return (tried + read).enumerated().compactMap { place, id in
      known[id].map {
        KnownSnapshot(snapshot: $0.snapshot, fetched: $0.seen, isRead: place >= tried.count)
      }
    }
  }

  func layout(of parcel: Parcel, _ layouts: [BoundSnapshot]) -> SourceLayout? {
    switch parcel.origin {
    case .snapshot(let index): layouts.indices.contains(index) ? layouts[index].layout : nil
    case .queue, .store, .none: nil
    }
  }
}

/// The loading thread.
///
/// `@unchecked Sendable`: its parts are used by this thread only, from `start` to the signal.
private final class WriterThread: @unchecked Sendable {
  private let job: LoadJob
  private let destination: Destination
  private let lanes: [LoadLane]
  private let checks: [CheckRunner]
  private let isDone = DispatchSemaphore(value: 0)
  private var result: Result<LoadCounts, EngineError> = .failure(EngineError(.cancelled))

  init(job: LoadJob, destination: Destination, lanes: [LoadLane], checks: [CheckRunner]) {
    self.job = job
    self.destination = destination
    self.lanes = lanes
    self.checks = checks
  }

  func start() {
    Thread.detachNewThread { [self] in
      do throws(EngineError) {
        result = .success(try load())
      } catch {
        result = .failure(error)
        for lane in lanes { lane.feed.abandon() }
      }
      isDone.signal()
    }
  }

  func wait() -> Result<LoadCounts, EngineError> {
    isDone.wait()
    return result
  }

  private func load() throws(EngineError) -> LoadCounts {
    var failure: EngineError?
    // Among several loads, a row that one of them left out may be in another one.
    if job.ledger.hasEntries, let lane = lanes.first, lanes.count == 1 {
      lane.rows.kept = { [job, root = lane.root] parcel, row in
        do throws(EngineError) {
          try job.ledger.supersede(row, of: parcel, source: root)
        } catch {
          failure = error
        }
      }
    }
    var parts: [Loader.Part] = []
    for lane in lanes { parts.append(try part(lane)) }
    var sum = LoadCounts()
    try Loader(
      destination: destination, load: job.pending.id, pipeline: job.attempt.pipeline.name
    ).load(parts) { counts, database throws(EngineError) in
      if let failure { throw failure }
      for lane in lanes {
        for entry in lane.rows.places?.overtaken ?? [] { try job.ledger.supersede(entry) }
      }
      sum = counts.reduce(LoadCounts(), +)
      return try job.decide(counts, checks: checks, in: database)
    }
    return sum
  }

  private func part(_ lane: LoadLane) throws(EngineError) -> Loader.Part {
    Loader.Part(
      table: lane.load.table, rows: lane.rows, versions: try job.versionMoments(of: lane.load)
    ) { [job] violation throws(EngineError) in
      try job.ledger.rejectLoaded(
        violation, stage: lane.load.stage, source: lane.root,
        layout: job.layout(of: violation.parcel, lane.layouts))
    }
  }
}
