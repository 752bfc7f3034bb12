import ETLKit
import Testing

@Suite struct `A moment` {
  @Test(arguments: [
    ("2024-02-29", 1_709_164_800_000_000), ("1970-01-01T00:00:01.5Z", 1_500_000),
    ("1970-01-02 01:00", 90_000_000_000), ("1970-01-01T02:00:00+02:00", 0), ("not a date", nil),
    ("2023-02-29", nil), ("", nil),
  ])
  func `is read from ISO text`(text: String, microseconds: Int64?) {
    #expect(Timestamp(iso: text)?.microseconds == microseconds)
  }
}
