import Foundation
import TestSupport
import Testing

/// A month of flights with three lookups, against counts made from the raw file by other means.
@Suite struct `The flights of a month` {
  /// What should become of each record, by the plain reading of the file.
  struct Expected {
    var records = 0
    var loaded = 0
    var distance = 0
    var rejected: [String: Int] = [:]

    init() throws {
      func keys(_ name: String) throws -> Set<Substring> {
        let text = try String(contentsOfFile: data("flights/\(name).csv"), encoding: .utf8)
        return Set(
          text.split(separator: "\n").dropFirst().compactMap { $0.split(separator: ",").first }
            .map { Substring($0.filter { $0 != "\"" }) })
      }
      let (airlines, airports, planes) = (
        try keys("airlines"), try keys("airports"), try keys("planes")
      )
      let text = try unpacked(data("flights/flights-2013-01.csv.gz"))
      for line in text.split(separator: "\n").dropFirst() {
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        let (carrier, tail, destination) = (fields[9], fields[11], fields[13])
        records += 1
        if tail == "NA" {
          rejected["flights cast.required", default: 0] += 1
        } else if !airlines.contains(carrier) {
          rejected["with_airline lookup.missing", default: 0] += 1
        } else if !airports.contains(destination) {
          rejected["with_airport lookup.missing", default: 0] += 1
        } else if !planes.contains(tail) {
          rejected["with_plane lookup.missing", default: 0] += 1
        } else {
          loaded += 1
          distance += Int(fields[15]) ?? 0
        }
      }
    }
  }

  @Test func `are all accounted for, each once`() throws {
    let expected = try Expected()
    #expect(expected.records == 27_004)

    let bench = Bench()
    try bench.fixturePipeline("flights-2013-01")
    try bench.linkData()
    let run = try bench.summary(of: "flights-2013-01")
    #expect(run.code == 1)
    #expect(run["read"] == expected.records)
    #expect(run["inserted"] == expected.loaded)
    #expect(
      try bench.rows("SELECT count(*), sum(distance) FROM flights", of: "flights.db")
        == [["\(expected.loaded)", "\(expected.distance)"]])
    var queued: [String: Int] = [:]
    for cause in try bench.queue() {
      queued["\(cause["stage"] ?? "") \(cause["code"] ?? "")"] = cause["count"] as? Int
    }
    #expect(queued == expected.rejected)
    #expect(run["read"] == run.loaded + run["rejected"])
  }
}
