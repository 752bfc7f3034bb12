import Records
import Testing

@Suite struct `A column cast` {
  @Test func `keeps integers exact and rejects those beyond 64 bits`() throws {
    let found = Casting(
      try Fixtures.bytes("integers-beyond-a-double.csv"),
      [
        ColumnSpec(name: "trade_id", type: .integer),
        ColumnSpec(name: "linked_id", type: .integer),
        ColumnSpec(name: "qty", type: .integer, isRequired: true),
      ])
    #expect(
      found.lines == [
        "1577134800018226901|null|5", "null|1577134800018164904|7",
        "9007199254740993|9223372036854775807|1",
        "line 5: cast.range trade_id 9223372036854775808 (64-bit integer)",
        "-9223372036854775808|2|3",
        "line 7: cast.range trade_id -9223372036854775809 (64-bit integer)",
      ])
  }

  @Test func `reads a quoted empty field and a blank one as null`() throws {
    let found = Casting(
      try Fixtures.bytes("one-column-with-blank-lines.csv"),
      [ColumnSpec(name: "reading", type: .real, trims: true)])
    #expect(found.lines == ["5.0", "7.0", "null", "null", "9.0"])
  }

  @Test func `leaves text byte for byte`() throws {
    let found = Casting(
      try Fixtures.bytes("text-that-looks-like-numbers.csv"),
      [
        ColumnSpec(name: "country", type: .text), ColumnSpec(name: "colour", type: .text),
        ColumnSpec(name: "sku", type: .text), ColumnSpec(name: "flag", type: .text),
        ColumnSpec(name: "amount", type: .integer),
      ])
    #expect(
      found.lines == [
        "NA|000000|1E59|TRUE|1", "NA|314159|00501|no|2", "null|0x1F| 12 |null|3",
        "null|1e5|+49|NaN|4", "NULL|٣٤|1_000|inf|5",
      ])
  }

  @Test func `takes a group mark before exactly three digits`() throws {
    let comma = UInt8(ascii: ",")
    let point = UInt8(ascii: ".")
    let specs = { (decimal: UInt8?, thousands: UInt8?) in
      [
        ColumnSpec(name: "konto", type: .integer),
        ColumnSpec(
          name: "betrag", type: .decimal(precision: 12, scale: 2), decimalMark: decimal,
          thousandsMark: thousands),
        ColumnSpec(
          name: "menge", type: .integer, decimalMark: decimal, thousandsMark: thousands),
      ]
    }
    let input = try Fixtures.bytes("decimal-comma.csv")
    let dialect = Dialect(delimiter: UInt8(ascii: ";"))
    let rule = "decimal(12,2), decimal mark ,, thousands mark ."
    #expect(
      Casting(input, specs(comma, point), dialect: dialect).lines == [
        "1|1299.99|3", "2|0.50|1000", "line 4: cast.decimal betrag 12.34 (\(rule))",
        "line 5: cast.decimal betrag 1,23,45 (\(rule))", "5|-7.00|4",
      ])
    #expect(
      Casting(input, specs(nil, nil), dialect: dialect).lines == [
        "line 2: cast.decimal betrag 1.299,99 (decimal(12,2))",
        "line 3: cast.decimal betrag 0,5 (decimal(12,2)); cast.int menge 1.000 (int)",
        "3|12.34|2", "line 5: cast.decimal betrag 1,23,45 (decimal(12,2))",
        "line 6: cast.decimal betrag -7,00 (decimal(12,2))",
      ])
  }

  @Test func `is strict about the order of day and month`() throws {
    let input = try Fixtures.bytes("day-month-swapped.csv")
    let dayFirst = try DateFormat(pattern: "dd/MM/yyyy")
    let monthFirst = try DateFormat(pattern: "MM/dd/yyyy")
    let one = Casting(
      input,
      [
        ColumnSpec(name: "n", type: .integer),
        ColumnSpec(name: "d", type: .date, formats: [dayFirst]),
      ])
    #expect(
      one.lines == [
        "1|2018-09-03", "2|2018-09-14", "line 4: cast.date d 09/14/2018 (dd/MM/yyyy)",
        "line 5: cast.date d 31/02/2019 (dd/MM/yyyy)", "5|2020-02-29",
        "line 7: cast.date d 29/02/2019 (dd/MM/yyyy)", "7|2012-12-12",
      ])
    let both = Casting(
      input, [ColumnSpec(name: "d", type: .date, formats: [dayFirst, monthFirst])])
    #expect(both.lines[0] == "2018-09-03")
    #expect(both.lines[2] == "2018-09-14")
  }

  @Test func `puts two-digit years on the side of the pivot that POSIX does`() throws {
    let input = try Fixtures.bytes("two-digit-years.csv")
    let short = try DateFormat(pattern: "dd-MM-yy")
    #expect(
      Casting(input, [ColumnSpec(name: "born", type: .date, formats: [short])]).lines
        == ["2068-07-16", "2064-10-23", "2000-01-01", "1991-04-15", "2025-12-31"])
    let today = Bound(
      slot: Int64(CivilDate.days(year: 2026, month: 1, day: 1)), text: "2026-01-01")
    let bounded = Casting(
      input, [ColumnSpec(name: "born", type: .date, formats: [short], maximum: today)])
    #expect(
      bounded.lines.prefix(3) == [
        "line 2: cast.range born 16-07-68 (max 2026-01-01)",
        "line 3: cast.range born 23-10-64 (max 2026-01-01)", "2000-01-01",
      ])
    let long = try DateFormat(pattern: "dd-MM-yyyy")
    let strict = Casting(input, [ColumnSpec(name: "born", type: .date, formats: [long])])
    #expect(strict.batch.badCount == 5)
  }

  @Test func `rejects text that is not UTF-8, only where it is used`() throws {
    let input = try Fixtures.bytes("not-utf8.csv")
    let used = Casting(
      input, [ColumnSpec(name: "id", type: .integer), ColumnSpec(name: "name", type: .text)])
    #expect(used.lines == ["1|Zürich", "line 3: parse.encoding name Z\\xfcrich (UTF-8)"])
    #expect(Casting(input, [ColumnSpec(name: "id", type: .integer)]).lines == ["1", "2"])
  }

  @Test func `trims, changes case and makes doubled quotes single`() {
    let found = Casting(
      "a,b\n\" say \"\"Hi\"\" \",Lower\n",
      [
        ColumnSpec(name: "a", type: .text, trims: true, letterCase: .upper),
        ColumnSpec(name: "b", type: .text, letterCase: .lower),
      ])
    #expect(found.lines == ["SAY \"HI\"|lower"])
  }

  @Test func `knows the declared nulls and what is required`() {
    let found = Casting(
      "a,b\nn/a,n/a\n,x\n1,2\n",
      [
        ColumnSpec(name: "a", type: .integer, nulls: [Array("n/a".utf8)]),
        ColumnSpec(name: "b", type: .text, nulls: [Array("n/a".utf8), []], isRequired: true),
      ])
    #expect(
      found.lines == [
        "line 2: cast.required b n/a (required)", "line 3: cast.int a  (int)", "1|2",
      ])
  }

  @Test func `checks bounds and patterns`() throws {
    let found = Casting(
      "code,x\nABC,0.5\nab,1\nABCD,1.01\nÄBC,-1\n",
      [
        ColumnSpec(name: "code", type: .text, pattern: try BytePattern("[A-ZÄ]{3}")),
        ColumnSpec(
          name: "x", type: .real, minimum: Bound(slot: 0, text: "0"),
          maximum: Bound(slot: Int64(bitPattern: (1.0).bitPattern), text: "1")),
      ])
    #expect(
      found.lines == [
        "ABC|0.5", "line 3: cast.pattern code ab ([A-ZÄ]{3})",
        "line 4: cast.pattern code ABCD ([A-ZÄ]{3}); cast.range x 1.01 (max 1)",
        "line 5: cast.range x -1 (min 0)",
      ])
  }

  @Test func `reads bounds as pipeline files write them`() throws {
    let day = ColumnSpec(
      name: "d", type: .date, formats: [try DateFormat(pattern: "dd.MM.yyyy")])
    #expect(day.bound("2024-01-02")?.slot == day.bound("02.01.2024")?.slot)
    let amount = ColumnSpec(
      name: "a", type: .decimal(precision: 9, scale: 2), decimalMark: UInt8(ascii: ","))
    #expect(amount.bound("0.5") == Bound(slot: 50, text: "0.5"))
    #expect(amount.bound("x") == nil)
    #expect(ColumnSpec(name: "t", type: .text).bound("x") == nil)
  }

  @Test func `reads booleans and timestamps`() {
    let found = Casting(
      "b,t\nYes,2024-02-29T23:59:59.5+01:00\n0,2024-02-29 10:00\nmaybe,2024-02-30\n",
      [ColumnSpec(name: "b", type: .boolean), ColumnSpec(name: "t", type: .timestamp)])
    #expect(
      found.lines == [
        "1|2024-02-29T22:59:59.500000Z", "0|2024-02-29T10:00:00Z",
        "line 4: cast.bool b maybe (true t yes y 1 false f no n 0); "
          + "cast.timestamp t 2024-02-30 (yyyy-MM-ddTHH:mm:ss)",
      ])
  }

  @Test func `explains what is wrong with whole records`() throws {
    let found = Casting(
      try Fixtures.bytes("ragged-rows.csv"), [ColumnSpec(name: "a", type: .integer)])
    #expect(
      found.lines.prefix(2) == [
        "line 2: parse.fields_missing - 2 (3 fields, c is missing)",
        "line 3: parse.fields_extra - 4 (3 fields)",
      ])
    let faults = found.explainer.faults(of: 1, in: found.batch)
    #expect(faults.map(\.range) == [6..<7])
    let quotes = Casting(
      try Fixtures.bytes("broken-quotes.csv"), [ColumnSpec(name: "id", type: .integer)])
    #expect(
      quotes.lines == [
        "line 2: parse.quote - \"never closed (-)", "2",
        "line 4: parse.quote - \" pipe (-)",
        "line 5: parse.quote - \"x\"y (-)", "5",
      ])
  }

  @Test func `gives the range of the value inside the raw record`() {
    let found = Casting(
      "a,b\n1, \"x\" \n",
      [ColumnSpec(name: "a", type: .integer), ColumnSpec(name: "b", type: .integer)])
    let faults = found.explainer.faults(of: 0, in: found.batch)
    #expect(faults.map(\.range) == [4..<5])
    #expect(faults.map(\.position) == [2])
  }

  @Test func `agrees with the explainer on random fields`() {
    var random = SplitMix64(seed: 11)
    let alphabet = Array("0123456789-+.,eE /:TZabn\"".utf8)
    for type in [
      ValueType.text, .integer, .real, .decimal(precision: 6, scale: 2), .boolean, .date,
      .timestamp,
    ] {
      for _ in 0..<300 {
        let count = Int.random(in: 0...12, using: &random)
        let text = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 0 }
        let input = Array("a;b\n".utf8) + text + Array(";1\n".utf8)
        let found = Casting(
          input, [ColumnSpec(name: "a", type: type)], dialect: Dialect(delimiter: UInt8(ascii: ";"))
        )
        for record in 0..<found.batch.count {
          let isExplained = !found.explainer.faults(of: record, in: found.batch).isEmpty
          #expect(
            found.batch.bad[record] == isExplained,
            "\(type) \(String(decoding: text, as: UTF8.self))")
        }
      }
    }
  }
}
