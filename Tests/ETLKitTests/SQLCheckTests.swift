// SELECTs of pipeline files that would like to do more than read.

import Foundation
import GRDB
import Testing

@testable import ETLKit

@Suite struct `A check's statement that does more than read` {
  /// What it is refused for.
  static let statements: [(sql: String, why: String)] = [
    ("delete from t", "a query only reads"),
    ("with x as (select 1) delete from t", "a query only reads"),
    ("insert into t values(9) returning id", "a query only reads"),
    ("update t set id=9 returning id", "a query only reads"),
    ("update sqlite_master set sql='x'", "SQLite says: table sqlite_master may not be modified"),
    ("drop table t", "a query only reads"),
    ("create table u(x)", "a query only reads"),
    ("create temp table u as select * from t", "a query only reads"),
    ("alter table t rename to u", "a query only reads"),
    ("attach 'other.db' as o", "a query only reads"),
    ("detach main", "a query only reads"),
    ("vacuum", "a query gives rows"),
    ("vacuum into 'copy.db'", "a query gives rows"),
    ("analyze", "a query only reads"),
    ("reindex", "a query gives rows"),
    ("begin", "a query only reads"),
    ("commit", "a query only reads"),
    ("rollback", "a query only reads"),
    ("savepoint s", "a query only reads"),
    ("release s", "a query only reads"),
    ("pragma journal_mode=delete", "a query only reads"),
    ("pragma user_version=7", "a query only reads"),
    ("pragma writable_schema=on", "a query only reads"),
    ("pragma user_version", "a query only reads"),
    ("select * from pragma_user_version", "a query only reads"),
    ("explain select 1", "a query gives rows"),
    ("select load_extension('x')", "load_extension does more than read"),
    ("select fts3_tokenizer('x')", "fts3_tokenizer does more than read"),
    ("select etl_updated()", "etl_updated does more than read"),
    ("select id from t where etl_kept()", "etl_kept does more than read"),
    ("select id from etl_rows", "a check reads tables of the destination, not etl_rows"),
    (
      "select id from t where id in (select id from etl_rows)",
      "a check reads tables of the destination, not etl_rows"
    ),
    ("select 1; delete from t", "there is a second statement"),
    ("", "a query gives rows"),
  ]

  /// A database with what the connection of a load has.
  private func load() throws -> DatabaseQueue {
    let queue = try DatabaseQueue()
    try queue.write { database in
      try database.execute(sql: "CREATE TABLE t(id INTEGER); INSERT INTO t VALUES(1)")
      for name in ["etl_updated", "etl_kept"] {
        database.add(function: DatabaseFunction(name, argumentCount: 0) { _ in 1 })
      }
      try database.execute(sql: "CREATE TABLE etl_rows(id INTEGER)")
    }
    return queue
  }

  @Test(arguments: statements)
  func `is refused before it runs`(sql: String, why: String) throws {
    let queue = try load()
    try queue.write { database in
      #expect(SQLCheck.ask(sql, in: database) == .trouble(why))
      let left = try Int.fetchAll(database, sql: "SELECT id FROM t")
      #expect(left == [1])
      #expect(database.isInsideTransaction)
    }
  }

  @Test(arguments: [
    "drop table if exists t", "attach 'other.db' as o", "pragma user_version=7",
    "vacuum into 'copy.db'",
    "select 1; delete from t", "select from t",
  ])
  func `is told at check`(sql: String) { #expect(SQLCheck.mistake(in: sql) != nil) }

  @Test(arguments: [
    "select id from t where day < date('now', '-3 day')",
    "with recursive n(i) as (select 1 union all select i+1 from n where i<5) select i from n",
    "select name from sqlite_master where name='t'", "select value from json_each('[1,2]')",
  ])
  func `is no statement that reads tables, the clock or the schema`(sql: String) throws {
    #expect(SQLCheck.mistake(in: sql) == nil)
    try load().write { database in
      try database.execute(sql: "ALTER TABLE t ADD COLUMN day TEXT")
      guard case .rows = SQLCheck.ask(sql, in: database) else {
        Issue.record("\(SQLCheck.ask(sql, in: database))")
        return
      }
    }
  }

  @Test func `leaves the connection free for what the load does next`() throws {
    let queue = try load()
    try queue.write { database in
      _ = SQLCheck.ask("select id from t", in: database)
      _ = SQLCheck.ask("delete from t", in: database)
      try database.execute(sql: "INSERT INTO t VALUES(2)")
    }
    let count = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") }
    #expect(count == 2)
  }
}
