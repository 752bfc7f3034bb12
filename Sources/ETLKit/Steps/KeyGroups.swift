// Rows of a store that have the same key, numbered in the order in which their keys first stand.

import Records

/// Groups of rows by key.
struct KeyGroups {
  /// The group of each row; -1 for a key with a null where nulls equal nothing.
  private(set) var groupOf: ContiguousArray<Int32>
  /// The first row of each group.
  private(set) var firstRows: ContiguousArray<Int32> = []

  /// How many groups there are.
  var count: Int { firstRows.count }

  /// Groups all rows of a store.
  ///
  /// `nullsAreEqual`: as in GROUP BY; otherwise a row with a null in its key is in no group.
  init(_ store: RowStore, keys: [Int], nullsAreEqual: Bool) {
    groupOf = ContiguousArray(repeating: -1, count: store.count)
    var size = 16
    while size < store.count * 2 { size *= 2 }
    let mask = size - 1
    var table = ContiguousArray<Int32>(repeating: -1, count: size)
    for row in 0..<store.count {
      if !nullsAreEqual, keys.contains(where: { store.nulls[$0][row] }) { continue }
      let hash = keys.reduce(UInt64(0)) { store.hash($1, row, into: $0) }
      var place = Int(truncatingIfNeeded: hash ^ hash >> 32) & mask
      while table[place] >= 0 {
        let first = Int(firstRows[Int(table[place])])
        if keys.allSatisfy({ store.isSame($0, row, first) }) { break }
        place = (place + 1) & mask
      }
      if table[place] < 0 {
        table[place] = Int32(firstRows.count)
        firstRows.append(Int32(row))
      }
      groupOf[row] = table[place]
    }
  }
}
