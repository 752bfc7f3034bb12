// The last pass of a load: one thread evaluates, another one loads.

import Foundation
import Records
import Synchronization

extension LoadJob {
  func load(
    into destination: Destination, checks: [CheckRunner]
  ) throws(EngineError) -> LoadCounts {
    guard let pass = plan.passes.last else { return LoadCounts() }
    let capacity = self.capacity(of: pass)
    let width = attempt.firstWidth(of: pass)
    let parcels = (0..<5).map { _ in
      Parcel(batch: RecordBatch(width: width, columns: pass.types, capacity: capacity))
    }
    let feed = BatchFeed(parcels: parcels)
    let loaded = Atomic(0)
    var drained = 0
    let root = rootSource(of: pass)
    let places =
      plan.table.hasLineage
      ? RowPlaces(capacity: capacity, root: root, candidates: try readSnapshots()) : nil
    let rows = BatchTable(
      feed: feed, table: plan.table, columns: plan.tableColumns, places: places
    ) { parcel in
      loaded.add(parcel.batch.selectedCount, ordering: .relaxed)
      if case .queue(let entries) = parcel.origin { self.ledger.hand.layDown(entries) }
      feed.giveBack(parcel)
      drained += 1
      // Every few megabytes.
      if drained.isMultiple(of: 16) { destination.beginWriting() }
    }
    let layouts = attempt.bound[root.name] ?? []
    ledger.board.start("load", at: .now)
    pulse.loadedCount = { loaded.load(ordering: .relaxed) }

    let writer = WriterThread(
      job: self, destination: destination, rows: rows, checks: checks, root: root,
      layouts: layouts)
    writer.start()
    var failure: EngineError?
    do throws(EngineError) {
      let sink = LoadingSink(
        feed: feed, types: pass.types, capacity: capacity,
        keyColumns: pass.outputColumns.filter { plan.table.key.contains($0.name) },
        ledger: ledger
      ) { row, parcel, fault throws(EngineError) in
        try self.ledger.reject(
          row, of: parcel, source: root, layout: self.layout(of: parcel, layouts),
          stage: "load", faults: [fault])
      }
      try drive(
        pass, into: sink, probes: try makeProbes(pass, capacity: capacity),
        checks: checks.filter { $0.plan.pass == plan.passes.count - 1 },
        capacity: capacity)
      feed.finish()
    } catch {
      failure = error
      feed.finish(error)
    }
    let result = writer.wait()
    pulse.loadedCount = { 0 }
    switch result {
    case .success(let counts):
      if let failure { throw failure }
      return counts
    case .failure(let error):
      // The loading side's own error comes first; "cancelled" is only its echo.
      throw error
    }
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
  private let rows: BatchTable
  private let checks: [CheckRunner]
  private let root: RootSource
  private let layouts: [BoundSnapshot]
  private let isDone = DispatchSemaphore(value: 0)
  private var result: Result<LoadCounts, EngineError> = .failure(EngineError(.cancelled))

  init(
    job: LoadJob, destination: Destination, rows: BatchTable, checks: [CheckRunner],
    root: RootSource, layouts: [BoundSnapshot]
  ) {
    self.job = job
    self.destination = destination
    self.rows = rows
    self.checks = checks
    self.root = root
    self.layouts = layouts
  }

  func start() {
    Thread.detachNewThread { [self] in
      do throws(EngineError) {
        result = .success(try load())
      } catch {
        result = .failure(error)
        rows.feed.abandon()
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
    var loader = Loader(
      destination: destination, table: job.attempt.plan.table, load: job.pending.id,
      pipeline: job.attempt.pipeline.name)
    loader.versions = try job.versionMoments()
    if job.ledger.hasEntries {
      rows.kept = { [job, root] parcel, row in
        do throws(EngineError) {
          try job.ledger.supersede(row, of: parcel, source: root)
        } catch {
          failure = error
        }
      }
    }
    return try loader.load(
      rows,
      violated: { violation throws(EngineError) in
        try job.ledger.rejectLoaded(
          violation, source: root, layout: job.layout(of: violation.parcel, layouts))
      },
      decide: { counts, database throws(EngineError) in
        if let failure { throw failure }
        for entry in rows.places?.overtaken ?? [] { try job.ledger.supersede(entry) }
        return try job.decide(counts, checks: checks, in: database)
      })
  }
}
