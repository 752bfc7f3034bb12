import Records
import Testing

@Suite struct `Dates as bytes` {
  @Test func `count every day of eight centuries one after the other`() {
    var date = CivilDate(year: 1_599, month: 12, day: 31)
    for days in CivilDate.days(
      year: 1_600, month: 1, day: 1)...CivilDate.days(
        year: 2_400, month: 12, day: 31)
    {
      date.day += 1
      if !date.isValid { date = CivilDate(year: date.year, month: date.month + 1, day: 1) }
      if !date.isValid { date = CivilDate(year: date.year + 1, month: 1, day: 1) }
      guard date.days == days, CivilDate(days: days) == date else {
        Issue.record("day \(days) is \(CivilDate(days: days)), expected \(date)")
        return
      }
    }
    #expect(CivilDate(year: 1970, month: 1, day: 1).days == 0)
  }

  @Test func `know weekdays, days of the year and months to come`() {
    let leapDay = CivilDate(year: 2024, month: 2, day: 29)
    #expect(leapDay.weekday == 4)
    #expect(leapDay.dayOfYear == 60)
    #expect(leapDay.adding(months: 12) == CivilDate(year: 2025, month: 2, day: 28))
    #expect(leapDay.adding(months: -2) == CivilDate(year: 2023, month: 12, day: 29))
  }

  @Test(
    arguments: [
      ("2024-02-29", "2024-02-29"), ("2023-02-29", nil), ("2024-13-01", nil), ("2024-00-01", nil),
      ("2024-04-31", nil), ("2024-01-00", nil), ("0000-01-01", nil), ("24-01-01", nil),
      ("2024-1-01", nil), ("2024/01/01", nil), ("2024-01-01T", nil), ("9999-12-31", "9999-12-31"),
      ("0001-01-01", "0001-01-01"), ("٢٠٢٤-01-01", nil),
    ] as [(String, String?)]) func `are read strictly`(text: String, expected: String?)
  {
    #expect(withBytes(text) { DateBytes.days(iso: $0) }.map(DateBytes.dateText) == expected)
  }

  @Test(
    arguments: [
      ("2024-01-02", "2024-01-02T00:00:00Z"), ("2024-01-02T03:04", "2024-01-02T03:04:00Z"),
      ("2024-01-02 03:04:05", "2024-01-02T03:04:05Z"),
      ("2024-01-02T03:04:05.123456789Z", "2024-01-02T03:04:05.123456Z"),
      ("2024-01-02T00:30:00+02:00", "2024-01-01T22:30:00Z"),
      ("2024-01-02T00:30:00-0330", "2024-01-02T04:00:00Z"), ("2024-01-02T24:00:00", nil),
      ("2024-01-02T23:59:60", nil), ("2024-01-02T3:04", nil), ("2024-01-02T03:04:05.", nil),
      ("2024-01-02T03:04:05 Z", nil), ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z"),
    ] as [(String, String?)]) func `may have a time`(text: String, expected: String?)
  {
    let found = withBytes(text) { DateBytes.microseconds(iso: $0) }
    #expect(found.map(DateBytes.timestampText) == expected)
  }

  @Test(
    arguments: [
      ("d.M.yyyy", "3.9.2018", "2018-09-03T00:00:00Z"),
      ("d.M.yyyy", "03.09.2018", "2018-09-03T00:00:00Z"),
      ("d.M.yyyy", "3.9.18", nil), ("dd.MM.yy", "03.09.2018", nil), ("dd.MM.yyyy", "3.9.2018", nil),
      ("dd MMM yyyy", "03 sep 2018", "2018-09-03T00:00:00Z"), ("dd MMM yyyy", "03 Sept 2018", nil),
      ("yyyyMMdd", "20180903", "2018-09-03T00:00:00Z"),
      (
        "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2018-09-03T01:02:03.004+01:00",
        "2018-09-03T00:02:03.004000Z"
      ),
      ("M/d/yy H:mm", "1/22/20 17:00", "2020-01-22T17:00:00Z"),
      ("yy-MM-dd", "69-01-01", "1969-01-01T00:00:00Z"),
    ] as [(String, String, String?)]) func `follow a pattern`(
      pattern: String, text: String, expected: String?
    ) throws
  {
    let format = try DateFormat(pattern: pattern)
    let found = withBytes(text) { DateBytes.parse($0, as: format) }
    let text = found.map {
      DateBytes.timestampText($0.days * CivilDate.microsecondsPerDay + $0.microseconds)
    }
    #expect(text == expected)
  }

  @Test(
    arguments: [
      ("YYYY-MM-dd", "YYYY", "yyyy"), ("yyyy-mm-dd", "mm", "MM"), ("yyyy-MM-DD", "DD", "dd"),
      ("yyyy-MM-dd hh:mm", "hh", "HH"), ("yyyy-MM-ddTHH:mm", "T", "'T'"),
      ("yyy-MM-dd", "yyy", "yyyy"),
      ("MM-dd", "MM-dd", "yyyy"), ("yyyy-MM-dd mm", "yyyy-MM-dd mm", "HH"),
      ("yyyy-MM-dd yyyy", "yyyy", nil), ("yyyy-MM-dd'", "'", nil), ("", "", nil),
    ] as [(String, String, String?)]) func `refuse letters that look alike and say what to write`(
      pattern: String, found: String, suggestion: String?
    )
  {
    let error = #expect(throws: DateFormatError.self) { try DateFormat(pattern: pattern) }
    #expect(error?.found == found)
    #expect(error?.suggestion == suggestion)
  }
}
