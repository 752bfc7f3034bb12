// A bound on what the aliases of a text can unfold to, known before anything is composed: a few
// nested anchors can stand for billions of values. Touches nothing.

import Foundation

/// The anchors and aliases of a YAML text, as far as its letters show them.
struct YAMLAliases {
  private(set) var anchors: Set<String> = []
  private(set) var aliasCount = 0

  init(_ source: SourceText) {
    for line in source.lines {
      var before: Unicode.Scalar = " "
      for (offset, sign) in line.enumerated() {
        defer { before = sign }
        guard sign == "&" || sign == "*", " \t[{,:-?".unicodeScalars.contains(before) else {
          continue
        }
        let name = line[(offset + 1)...].prefix {
          $0.properties.isAlphabetic || $0 == "_" || $0 == "-" || ("0"..."9").contains($0)
        }
        guard !name.isEmpty else { continue }
        if sign == "*" {
          aliasCount += 1
        } else {
          anchors.insert(String(String.UnicodeScalarView(name)))
        }
      }
    }
  }

  /// No tree can have more values: `n` aliases spread over `k` anchors, each inside the next, stand
  /// for at most `(n/k + 1)^k` values.
  var unfoldedBound: Double {
    guard !anchors.isEmpty, aliasCount > 0 else { return 0 }
    let count = Double(aliasCount)
    return (1...anchors.count).map { pow(count / Double($0), Double($0)) }.max() ?? 0
  }
}
