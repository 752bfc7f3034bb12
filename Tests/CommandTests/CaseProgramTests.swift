// Inputs on which other tools failed (`fixtures/cases`), with how the program must end.

import Foundation
import TestSupport
import Testing

@Suite struct `Case 05, a zip with more than one file and none named` {
  @Test func `is refused with the list of its files`() throws {
    let bench = Bench()
    try bench.pipeline(
      "orders",
      """
      pipeline: {name: orders}
      sources:
        orders: {type: file, path: 05-export.zip, columns: {order: int, amount: int}}
      load: {from: orders, to: 'sqlite:out.db', table: t, mode: append}

      """)
    try bench.scratch.write("05-export.zip", Data(contentsOf: Fixtures.url("cases/05-export.zip")))
    let result = try bench.run("run", "orders")
    #expect(result.code == 3)
    let told = result.output + result.complaints
    #expect(told.contains("which is meant: \"readme.txt\", \"orders.csv\" (archive.member)"))
    #expect(!told.contains("__MACOSX"))
    #expect(!FileManager.default.fileExists(atPath: bench.scratch.path("out.db")))
  }
}
