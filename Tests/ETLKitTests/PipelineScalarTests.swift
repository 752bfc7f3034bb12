import Records
import Testing

@testable import ETLKit

@Suite struct `The text of a value` {
  @Test(
    arguments: [
      ("0", 0), ("12", 12), ("-3", -3), ("08", nil), ("+1", nil), ("1e3", nil), ("1_000", nil),
      ("", nil), ("-", nil), ("9223372036854775808", nil), ("٣", nil),
    ] as [(String, Int?)])
  func `is a whole number in one form only`(text: String, value: Int?) {
    #expect(ScalarText.integer(text) == value)
  }

  @Test(
    arguments: [
      ("30s", 30), ("5m", 300), ("1h", 3_600), ("3d", 259_200), ("0s", 0), ("-1s", nil),
      ("1.5h", nil), ("1w", nil), ("90", nil), ("99999999999999d", nil), ("9999999999s", nil),
    ] as [(String, Int?)])
  func `is a duration with its unit`(text: String, seconds: Int?) {
    #expect(ScalarText.seconds(text) == seconds)
  }

  @Test(
    arguments: [
      ("500B", 500), ("50MiB", 50 << 20), ("50 MiB", 50 << 20), ("2GB", 2_000_000_000), ("0B", nil),
      ("50", nil), ("50M", nil), ("9999999999999GiB", nil),
    ] as [(String, Int?)])
  func `is a size with its unit`(text: String, bytes: Int?) {
    #expect(ScalarText.size(text) == bytes)
  }

  @Test(
    arguments: [
      ("1%", 0.01), ("0.5%", 0.005), ("100%", 1), ("101%", nil), ("-1%", nil), ("0.01", nil),
      ("1.%", nil),
    ] as [(String, Double?)])
  func `is a share with its sign`(text: String, share: Double?) {
    #expect(ScalarText.percent(text) == share)
  }

  @Test(
    arguments: [
      ("fliter", "filter"), ("form", "from"), ("colums", "columns"), ("b", nil), ("weather", nil),
    ] as [(String, String?)])
  func `leads to the nearest known word`(text: String, nearest: String?) {
    #expect(NearestName.of(text, among: ["from", "filter", "columns", "a"]) == nearest)
  }

  @Test func `every key of the language has a line of help`() {
    let tables =
      [
        KeyTable.file, .pipeline, .load, .retry, .retryRecords, .backoff, .format, .fetch,
        .contract, .column,
      ] + KeyTable.sourceTypes.map(KeyTable.source) + KeyTable.stepTypes.map(KeyTable.step)
      + KeyTable.checkTypes.map(KeyTable.check)
    for table in tables {
      #expect(Set(table.keys.map(\.name)).count == table.keys.count, "\(table.title)")
      for key in table.keys { #expect(!key.help.isEmpty, "\(table.title): \(key.name)") }
    }
  }
}
