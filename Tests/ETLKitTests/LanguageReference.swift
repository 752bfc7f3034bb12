// Writes the article on the language from the tables that its reader uses.

import Records

@testable import ETLKit

/// The article `Language.md`.
enum LanguageReference {
  static var article: String {
    """
    # Language

    Every key of a pipeline file, and every sign and function of its expressions.

    ## Overview

    This article is made from the tables that the reader of pipeline files uses. A key that stands in none of them is a mistake, which `etl-tui check` shows with its place. "Required" keys must be there; what holds without the others is given where there is such a thing.

    \(sections.joined(separator: "\n\n"))

    """
  }

  private static var sections: [String] {
    [
      "### The file",
      table(.file), table(.pipeline),
    ]
      + family(
        "Sources", "Each entry of `sources` has a `type`.", KeyTable.sourceTypes, KeyTable.source)
      + [
        table(.format),
        table(.column, "`columns` gives each column a name and a type, or these keys."),
        table(.rest), table(.contract),
        table(.freshness, "They stand under `freshness` of a source."), table(.fetch),
        table(.watermark),
        table(.backoff, "They stand under `fetch.retries` and `retry.transient`."),
      ]
      + family("Steps", "Each entry of `steps` has a `type`.", KeyTable.stepTypes, KeyTable.step)
      + [
        table(.queryColumn, "`columns` of a query gives each column a type, or these keys."),
        aggregates,
      ]
      + family(
        "Checks", "`checks` is a list; each of its entries has a `type`.", KeyTable.checkTypes,
        KeyTable.check)
      + [
        "### Load and retry", table(.load), table(.retry), table(.retryRecords), table(.retryLimit),
      ]
      + ["### Tests", table(.test), table(.testRows), table(.testReject)]
      + [expressions, functions]
  }

  // MARK: Keys

  /// The keys that all types have, then those of each.
  private static func family(
    _ title: String, _ introduction: String, _ types: [String], _ table: (String) -> KeyTable
  ) -> [String] {
    let tables = types.map(table)
    let shared = tables[0].keys.filter { key in tables.allSatisfy { $0.keys.contains(key) } }
    let head = "### \(title)\n\n\(introduction) All types have these keys:\n\n"
    return [head + rows(shared, of: tables[0])]
      + tables.map { table in
        let own = table.keys.filter { !shared.contains($0) }
        return "#### \(table.title.capitalizedFirst)\n\n"
          + (own.isEmpty ? "It has no keys of its own." : rows(own, of: table))
      }
  }

  private static func table(_ table: KeyTable, _ introduction: String? = nil) -> String {
    let title = table.title.contains(" ") ? table.title.capitalizedFirst : "`\(table.title)`"
    let text = introduction.map { "\($0)\n\n" } ?? ""
    return "#### \(title)\n\n\(text)\(rows(table.keys, of: table))"
  }

  private static func rows(_ keys: [KeySpec], of table: KeyTable) -> String {
    let lines = keys.map { key in
      let without = key.isRequired ? "required" : table.standard(key.name).map(code) ?? ""
      let help =
        switch key.support {
        case .built: key.help
        case .ignored: key.help + " (no effect in this version)"
        case .elsewhere(let place): key.help + ": write " + place
        }
      return row([code(key.name), takes(key.expects), without, help])
    }
    return
      ([row(["Key", "Takes", "Without it", "What it is"]), "| --- | --- | --- | --- |"] + lines)
      .joined(separator: "\n")
  }

  private static func takes(_ expects: KeyExpectation) -> String {
    guard case .choice(let words) = expects else { return expects.words }
    return words.map(code).joined(separator: ", ")
  }

  /// A default as it would be written; one that is described stays words.
  private static func code(_ text: String) -> String {
    text.contains(" ") ? text : "`\(text)`"
  }

  private static func row(_ cells: [String]) -> String {
    "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
  }

  // MARK: Expressions

  private static var aggregates: String {
    let names = AggregateFunction.allCases.map { code($0.rawValue) }.joined(separator: ", ")
    return """
      `set` of an `aggregate` gives each column one of these functions: \(names). All but `count` \
      take an expression; `quantile` takes the share as its second argument.
      """
  }

  private static let expressions =
    """
    ### Expressions

    An expression is typed before any record is read. Names of columns stand as they are, or in \
    `"double quotes"`; `var.NAME`, `run.id` and `run.logical_date` are constants.

    | Written | Is |
    | --- | --- |
    | `'text'`, `12`, `1.50`, `1e3` | a text, an int, a decimal, a real |
    | `true`, `false`, `null` | a bool, no value |
    | `date '2026-03-01'`, `timestamp '2026-03-01 06:00:00'` | a day, a moment |

    Operators, the one that binds most last:

    | Written | Gives |
    | --- | --- |
    | `or` | true if one side is |
    | `and` | true if both are |
    | `not` | the opposite |
    | `=`, `<>`, `<`, `<=`, `>`, `>=`, `between … and …`, `in (…)`, `like … escape …`, `is null` | a comparison; null if a side is null, but for `is null` |
    | `\\|\\|` | two texts as one |
    | `+`, `-` | a sum, a difference |
    | `*`, `/`, `%` | a product, a quotient, the rest of a division |
    | `-x` | the negative |
    | `case when … then … else … end` | the first result whose condition is true |
    """

  private static var functions: String {
    let lines = ExpressionFunction.all.map { function in
      let aliases =
        function.aliases.isEmpty
        ? "" : " Also " + function.aliases.map(code).joined(separator: ", ") + "."
      return row(["`\(function.signature)`", function.help + aliases])
    }
    return "#### Functions\n\n| Function | Gives |\n| --- | --- |\n"
      + lines.joined(separator: "\n")
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
