// Scanning and typing of delimited text.

import Records

extension Workload {
  static func recordWorkloads(records: Int) -> [Workload] {
    let plain = RecordInput(records: records, hasQuotes: false)
    let quoted = RecordInput(records: records, hasQuotes: true)
    let lines = JSONInput(records: records)
    return [
      Workload(name: "scan.plain", bytes: plain.bytes.count, units: records) { plain.scanning() },
      Workload(name: "scan.quoted", bytes: quoted.bytes.count, units: records) {
        quoted.scanning()
      },
      Workload(name: "type.plain", bytes: plain.bytes.count, units: records) { plain.typing() },
      Workload(name: "type.quoted", bytes: quoted.bytes.count, units: records) { quoted.typing() },
      Workload(name: "type.json", bytes: lines.bytes.count, units: records) { lines.typing() },
    ]
  }
}

/// Records of six columns, the same ones every time.
final class RecordInput: Sendable {
  let bytes: [UInt8]
  private let records: Int

  init(records: Int, hasQuotes: Bool) {
    self.records = records
    let names = ["Piemonte", "Valle d'Aosta", "Lombardia", "Veneto", "Emilia-Romagna", "Sicilia"]
    var bytes: [UInt8] = []
    bytes.reserveCapacity(records * 64)
    bytes += Array("date,id,region,cases,amount,share\n".utf8)
    var state: UInt64 = 42
    for record in 0..<records {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let random = Int(state >> 33)
      let day = random % 28 + 1
      let date = "20\(10 + random % 15)-0\(random % 9 + 1)-\(day < 10 ? "0" : "")\(day)"
      let name = names[random % names.count]
      let region = hasQuotes ? random % 8 == 0 ? "\"\(name), \"\"N\"\"\"" : "\"\(name)\"" : name
      bytes += Array(
        "\(date),\(record),\(region),\(random % 100_000),\(random % 9_999).\(10 + random % 90),0.\(random % 999_983)\n"
          .utf8)
    }
    self.bytes = bytes
  }

  private var specs: [ColumnSpec] {
    [
      ColumnSpec(name: "date", type: .date, isRequired: true),
      ColumnSpec(name: "id", type: .integer, isRequired: true),
      ColumnSpec(name: "region", type: .text),
      ColumnSpec(name: "cases", type: .integer, minimum: Bound(slot: 0, text: "0")),
      ColumnSpec(name: "amount", type: .decimal(precision: 12, scale: 2)),
      ColumnSpec(name: "share", type: .real),
    ]
  }

  func scanning() -> () -> Int { running(casts: []) }

  func typing() -> () -> Int {
    running(
      casts: specs.enumerated().map { ColumnCast(spec: $1, field: $0, column: $0) })
  }

  private func running(casts: [ColumnCast]) -> () -> Int {
    driving(
      bytes, records: records, width: 6, casts: casts,
      scanner: CSVScanner(dialect: Dialect(), width: 6))
  }
}

/// The same kind of records as JSON lines.
final class JSONInput: Sendable {
  let bytes: [UInt8]
  private let records: Int

  init(records: Int) {
    self.records = records
    var bytes: [UInt8] = []
    bytes.reserveCapacity(records * 96)
    for record in 0..<records {
      let day = 10 + record % 19
      let line =
        "{\"date\":\"2024-03-\(day)\",\"id\":\(record),\"place\":{\"region\":\"Lombardia\"},"
        + "\"cases\":\(record % 9_973),\"share\":0.\(record % 99_991)}\n"
      bytes += Array(line.utf8)
    }
    self.bytes = bytes
  }

  func typing() -> () -> Int {
    let specs = [
      ColumnSpec(name: "date", type: .date, isRequired: true),
      ColumnSpec(name: "id", type: .integer, isRequired: true),
      ColumnSpec(name: "region", from: "place.region", type: .text),
      ColumnSpec(name: "cases", type: .integer), ColumnSpec(name: "share", type: .real),
    ]
    let casts = specs.enumerated().map { ColumnCast(spec: $1, field: $0, column: $0) }
    let paths = specs.compactMap { try? JSONPath($0.from) }
    return driving(
      bytes, records: records, width: paths.count, casts: casts,
      scanner: JSONLinesScanner(paths: paths))
  }
}

/// Drives a scanner over bytes with two batches that take turns.
private func driving(
  _ bytes: [UInt8], records: Int, width: Int, casts: [ColumnCast], scanner start: some RecordScanner
) -> () -> Int {
  let batches = (0..<2).map { _ in RecordBatch(width: width, columns: casts.map(\.spec.type)) }
  return {
    var scanner = start
    var offset = 0
    var count = 0
    var turn = 0
    var isLast = false
    var batch = batches[0]
    batch.begin(position: .start)
    bytes.withUnsafeBufferPointer { input in
      while true {
        while !isLast, batch.hasRoom {
          let taken = batch.fill(from: UnsafeBufferPointer(rebasing: input[offset...]))
          offset += taken
          isLast = taken == 0
        }
        scanner.scan(batch, isLast: isLast)
        for cast in casts { cast.cast(batch) }
        count += batch.count
        precondition(batch.badCount == 0)
        if isLast, batch.leftover == 0 { break }
        turn += 1
        scanner.carry(from: batch, into: batches[turn & 1])
        batch = batches[turn & 1]
      }
    }
    precondition(count == records)
    return count
  }
}
