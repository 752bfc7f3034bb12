// A small strict filter over the retry queue: `stage=load age>1d key~spain`.
//
// Every word is a field, a sign and a value; all must hold. What it does not know it refuses, so that
// no typing error asks for more records than were meant.

import Records
internal import Foundation
internal import GRDB

/// A condition over queue entries.
public struct RejectQuery: Hashable, Sendable {
  /// As it was typed.
  public let text: String

  private let conditions: [Condition]

  private struct Condition: Hashable, Sendable {
    var sql: String
    var argument: Argument
  }

  private enum Argument: Hashable, Sendable {
    case none
    case text(String)
    case number(Int64)
    /// Microseconds before now.
    case age(Int64)
  }

  private enum Kind {
    case text, number, age, flag
  }

  /// The fields, what they are in SQL, and what they are compared with.
  private static let fields: [(name: String, sql: String, kind: Kind)] = [
    ("id", "r.id", .number), ("reason", "r.reason_id", .number),
    ("pipeline", "p.name", .text), ("source", "r.source", .text), ("stage", "c.stage", .text),
    ("code", "c.code", .text), ("column", "coalesce(c.column_name,'')", .text),
    ("cause", "c.text", .text), ("state", "r.state", .text),
    ("key", "coalesce(r.business_key,'')", .text),
    ("raw", "CAST(coalesce(r.edited_raw,r.raw) AS TEXT)", .text), ("line", "r.line_no", .number),
    ("tries", "r.attempt", .number), ("run", "r.last_run", .number),
    ("first_run", "r.first_run", .number), ("age", "r.first_seen", .age),
    ("edited", "r.edited_raw IS NOT NULL", .flag), ("asked", "r.asked_at IS NOT NULL", .flag),
  ]

  /// The names of the fields.
  public static var fieldNames: [String] { fields.map(\.name) }

  /// Reads a condition; blanks separate its words, quotes keep a value together.
  public init(_ text: String) throws(EngineError) {
    self.text = text
    var conditions: [Condition] = []
    let letters = Array(text)
    var place = 0
    func refuse(_ what: String, at column: Int) -> EngineError {
      EngineError(.queue(.query(what, text: text, column: column + 1)))
    }
    while place < letters.count {
      if letters[place].isWhitespace {
        place += 1
        continue
      }
      let start = place
      while place < letters.count, letters[place].isLetter || letters[place] == "_" { place += 1 }
      let name = String(letters[start..<place])
      let signStart = place
      while place < letters.count, "=!<>~".contains(letters[place]) { place += 1 }
      let sign = String(letters[signStart..<place])
      guard !name.isEmpty, !sign.isEmpty else {
        let word = letters[start...].prefix { !$0.isWhitespace }
        throw refuse("\"\(String(word))\" is no condition; field=value expected", at: start)
      }
      let valueStart = place
      var value = ""
      if place < letters.count, letters[place] == "\"" {
        guard let end = letters[(place + 1)...].firstIndex(of: "\"") else {
          throw refuse("the quote is not closed", at: place)
        }
        value = String(letters[(place + 1)..<end])
        place = end + 1
      } else {
        while place < letters.count, !letters[place].isWhitespace { place += 1 }
        value = String(letters[valueStart..<place])
      }
      guard let field = Self.fields.first(where: { $0.name == name }) else {
        let hint =
          NearestName.of(name, among: Self.fieldNames).map { "did you mean \($0)?" }
          ?? "there are \(Self.fieldNames.joined(separator: ", "))"
        throw refuse("there is no field \(name); \(hint)", at: start)
      }
      guard !value.isEmpty || field.kind == .text else {
        throw refuse("\(name)\(sign) needs a value", at: valueStart)
      }
      do throws(Mistake) {
        conditions.append(try Self.condition(field, sign, value))
      } catch {
        throw refuse(error.words, at: error.isSign ? signStart : valueStart)
      }
    }
    guard !conditions.isEmpty else { throw refuse("the condition is empty", at: 0) }
    self.conditions = conditions
  }

  private struct Mistake: Error {
    var words: String
    var isSign = false
  }

  private static func condition(
    _ field: (name: String, sql: String, kind: Kind), _ sign: String, _ value: String
  ) throws(Mistake) -> Condition {
    let compare = ["=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="]
    switch (field.kind, sign) {
    case (.text, "="), (.text, "!="):
      return Condition(sql: "\(field.sql)\(compare[sign] ?? "=")?", argument: .text(value))
    case (.text, "~"), (.text, "!~"):
      let found = sign == "~" ? ">0" : "=0"
      return Condition(
        sql: "instr(lower(\(field.sql)),lower(?))\(found)", argument: .text(value))
    case (.text, _):
      throw Mistake(words: "\(field.name) is text: = != ~ or !~ expected", isSign: true)
    case (.flag, "="):
      guard value == "yes" || value == "no" else {
        throw Mistake(words: "\(field.name) is \"\(value)\"; yes or no expected")
      }
      return Condition(sql: value == "yes" ? field.sql : "NOT (\(field.sql))", argument: .none)
    case (.flag, _): throw Mistake(words: "\(field.name) takes = only", isSign: true)
    case (.number, _):
      guard let sql = compare[sign] else {
        throw Mistake(words: "\(field.name) is a number: = != < <= > or >= expected", isSign: true)
      }
      guard let number = Int64(value) else {
        throw Mistake(words: "\(field.name) is \"\(value)\", not a whole number")
      }
      return Condition(sql: "\(field.sql)\(sql)?", argument: .number(number))
    case (.age, _):
      // Older is an earlier time.
      guard let sql = [">": "<", ">=": "<=", "<": ">", "<=": ">="][sign] else {
        throw Mistake(words: "age is a time span: < <= > or >= expected", isSign: true)
      }
      guard let span = age(value) else {
        throw Mistake(words: "age is \"\(value)\"; a span like 30m, 12h, 1d or 2w expected")
      }
      return Condition(sql: "\(field.sql)\(sql)?", argument: .age(span))
    }
  }

  /// `30s`, `5m`, `12h`, `1d`, `2w` in microseconds.
  private static func age(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Int64(text.dropLast()),
      number >= 0, number < 1_000_000
    else { return nil }
    return number * unit * 1_000_000
  }

  /// The open entries that it holds for, oldest first.
  func ids(at now: Timestamp, in database: Database) throws -> [RejectID] {
    let values = conditions.compactMap { condition -> (any DatabaseValueConvertible)? in
      switch condition.argument {
      case .none: nil
      case .text(let text): text
      case .number(let number): number
      case .age(let span): now.microseconds - span
      }
    }
    return try Int64.fetchAll(
      database,
      sql: """
        SELECT r.id FROM reject r JOIN reason c ON c.id=r.reason_id
          JOIN pipeline p ON p.id=r.pipeline_id
        WHERE r.state IN ('waiting','scheduled','claimed','dead')
          AND \(conditions.map(\.sql).joined(separator: " AND ")) ORDER BY r.id
        """, arguments: StatementArguments(values))
  }
}
