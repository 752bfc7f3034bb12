// The tables of the state file, one entry a format version. Never edit an entry that was released: add one.
//
// Times are microseconds since 1970, UTC. Open entries of the queue are waiting, scheduled, claimed or dead.

/// The format of the state file.
enum StateSchema {
  /// "ETL1", so that `file` and we can tell it from other databases.
  static let applicationID: Int32 = 0x4554_4C31

  /// The newest format this program knows.
  static var version: Int { steps.count }

  /// The steps from an empty file to the newest format.
  static let steps: [String] = [
    first, combinedRows, heldLoads, prunedRuns, measures, recordsInHand, watermarks, obstacles,
    facts,
  ]

  /// Rows that were combined, and rows that were made.
  private static let combinedRows = """
    ALTER TABLE run ADD COLUMN rows_combined INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE run ADD COLUMN rows_added INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE stage_run ADD COLUMN rows_combined INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE stage_run ADD COLUMN rows_added INTEGER NOT NULL DEFAULT 0;
    """

  /// Loads that a limit holds back until somebody publishes or drops them.
  private static let heldLoads = """
    CREATE TABLE held_load(
      run_id INTEGER PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
      pipeline_id INTEGER NOT NULL REFERENCES pipeline(id), at INTEGER NOT NULL,
      reason TEXT NOT NULL,
      state TEXT NOT NULL CHECK(state IN ('held','published','dropped','superseded')),
      publishing_run INTEGER, decided_at INTEGER, decided_by TEXT, note TEXT) STRICT;
    CREATE INDEX held_load_open ON held_load(pipeline_id) WHERE state='held';
    """

  /// Runs that prune, and the way to what they look for.
  ///
  /// SQLite cannot change the check of a column, and a copy of the table would lose all that hangs on
  /// its rows; so the check's text is changed where it stands, see sqlite.org/lang_altertable.html 7.
  private static let prunedRuns = """
    PRAGMA writable_schema=ON;
    UPDATE sqlite_master SET sql=replace(sql,'''dryrun'')','''dryrun'',''prune'')')
      WHERE type='table' AND name='run';
    PRAGMA writable_schema=RESET;
    CREATE INDEX reject_closed ON reject(pipeline_id,resolved_at)
      WHERE state IN ('loaded','superseded','discarded');
    """

  /// What checks measured, for the next load to compare with.
  private static let measures = """
    ALTER TABLE check_result ADD COLUMN measure TEXT;
    ALTER TABLE check_result ADD COLUMN value REAL;
    """

  /// Queue entries that a run works on just now, as a JSON list of their numbers.
  private static let recordsInHand = """
    CREATE TABLE in_hand(
      run_id INTEGER PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
      ids_json TEXT NOT NULL) STRICT;
    """

  /// The moves of watermarks, by loads and by people.
  private static let watermarks = """
    CREATE TABLE watermark(
      id INTEGER PRIMARY KEY, pipeline_id INTEGER NOT NULL REFERENCES pipeline(id),
      source TEXT NOT NULL, column_name TEXT NOT NULL, type TEXT NOT NULL, value TEXT,
      load_id INTEGER REFERENCES load(id) ON DELETE CASCADE, set_by TEXT,
      at INTEGER NOT NULL) STRICT;
    CREATE INDEX watermark_recent ON watermark(pipeline_id,source,id);
    """

  /// What in the destination keeps records out, as a JSON list of look-ups.
  private static let obstacles = """
    ALTER TABLE reject ADD COLUMN obstacles_json TEXT;
    ALTER TABLE load_item ADD COLUMN obstacles_json TEXT;
    """

  /// What the columns of a file hold, as JSON by the column's name.
  private static let facts = "ALTER TABLE snapshot ADD COLUMN facts_json TEXT;"

  private static let first = """
    CREATE TABLE pipeline(
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
      enabled INTEGER NOT NULL DEFAULT 1 CHECK(enabled IN (0,1)), paused_until INTEGER,
      created_at INTEGER NOT NULL) STRICT;
    CREATE TABLE pipeline_version(
      id INTEGER PRIMARY KEY, pipeline_id INTEGER NOT NULL REFERENCES pipeline(id),
      plan_sha256 BLOB NOT NULL, file TEXT NOT NULL, source_text TEXT NOT NULL,
      first_seen INTEGER NOT NULL, UNIQUE(pipeline_id,plan_sha256)) STRICT;
    CREATE TABLE run(
      id INTEGER PRIMARY KEY, pipeline_id INTEGER NOT NULL REFERENCES pipeline(id),
      version_id INTEGER NOT NULL REFERENCES pipeline_version(id),
      kind TEXT NOT NULL CHECK(kind IN
        ('scheduled','manual','event','retry','backfill','catchup','dryrun')),
      state TEXT NOT NULL CHECK(state IN ('queued','running','paused','succeeded','partial',
        'unchanged','failed','cancelled','crashed','skipped')),
      trigger_key TEXT, logical_time INTEGER, parameters_json TEXT,
      boot_id TEXT, pid INTEGER, pid_start INTEGER, heartbeat_at INTEGER,
      queued_at INTEGER NOT NULL, started_at INTEGER, finished_at INTEGER,
      max_attempts INTEGER NOT NULL, dead_after_s INTEGER,
      rows_read INTEGER NOT NULL DEFAULT 0, rows_retried INTEGER NOT NULL DEFAULT 0,
      rows_filtered INTEGER NOT NULL DEFAULT 0, rows_unmatched INTEGER NOT NULL DEFAULT 0,
      rows_rejected INTEGER NOT NULL DEFAULT 0, rows_deduped INTEGER NOT NULL DEFAULT 0,
      rows_inserted INTEGER NOT NULL DEFAULT 0, rows_updated INTEGER NOT NULL DEFAULT 0,
      rows_unchanged INTEGER NOT NULL DEFAULT 0, rows_deleted INTEGER NOT NULL DEFAULT 0,
      notes_json TEXT, error_code TEXT, error_text TEXT, error_json TEXT,
      UNIQUE(pipeline_id,trigger_key)) STRICT;
    CREATE INDEX run_recent ON run(pipeline_id,id DESC);
    CREATE INDEX run_live ON run(state) WHERE state IN ('queued','running','paused');
    CREATE TABLE stage_run(
      run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, ordinal INTEGER NOT NULL,
      stage TEXT NOT NULL, kind TEXT NOT NULL, inputs_json TEXT NOT NULL DEFAULT '[]',
      state TEXT NOT NULL CHECK(state IN
        ('pending','running','succeeded','failed','skipped','reused')),
      started_at INTEGER, finished_at INTEGER, fraction REAL,
      rows_in INTEGER NOT NULL DEFAULT 0, rows_out INTEGER NOT NULL DEFAULT 0,
      rows_filtered INTEGER NOT NULL DEFAULT 0, rows_deduped INTEGER NOT NULL DEFAULT 0,
      rows_unmatched INTEGER NOT NULL DEFAULT 0, rows_rejected INTEGER NOT NULL DEFAULT 0,
      rows_inserted INTEGER NOT NULL DEFAULT 0, rows_updated INTEGER NOT NULL DEFAULT 0,
      rows_unchanged INTEGER NOT NULL DEFAULT 0, bytes_in INTEGER NOT NULL DEFAULT 0,
      rates TEXT NOT NULL DEFAULT '', error_text TEXT,
      PRIMARY KEY(run_id,ordinal)) STRICT, WITHOUT ROWID;
    CREATE TABLE event(
      run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, seq INTEGER NOT NULL,
      at INTEGER NOT NULL, kind TEXT NOT NULL, stage TEXT,
      level TEXT NOT NULL DEFAULT 'info' CHECK(level IN ('debug','info','warn','error')),
      detail TEXT NOT NULL, PRIMARY KEY(run_id,seq)) STRICT, WITHOUT ROWID;
    CREATE INDEX event_recent ON event(at);
    CREATE TABLE check_result(
      run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, ordinal INTEGER NOT NULL,
      name TEXT NOT NULL, severity TEXT NOT NULL,
      outcome TEXT NOT NULL CHECK(outcome IN ('pass','warn','fail','error','skip')),
      found TEXT NOT NULL, failures INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY(run_id,ordinal)) STRICT, WITHOUT ROWID;
    CREATE TABLE snapshot(
      id INTEGER PRIMARY KEY, pipeline_id INTEGER NOT NULL REFERENCES pipeline(id),
      source TEXT NOT NULL, uri TEXT NOT NULL, resolved_uri TEXT, member TEXT NOT NULL DEFAULT '',
      etag TEXT, last_modified TEXT, commit_sha TEXT, sha256 BLOB NOT NULL, bytes INTEGER NOT NULL,
      header_json TEXT, dialect_json TEXT, blob_path TEXT NOT NULL,
      first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, purged_at INTEGER,
      UNIQUE(pipeline_id,source,uri,member,sha256)) STRICT;
    CREATE INDEX snapshot_recent ON snapshot(pipeline_id,source,last_seen DESC);
    CREATE TABLE run_snapshot(
      run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, ordinal INTEGER NOT NULL,
      snapshot_id INTEGER NOT NULL REFERENCES snapshot(id), source TEXT NOT NULL,
      outcome TEXT NOT NULL CHECK(outcome IN
        ('fetched','not_modified','same_content','cached')),
      PRIMARY KEY(run_id,ordinal)) STRICT, WITHOUT ROWID;
    CREATE TABLE loaded(
      pipeline_id INTEGER PRIMARY KEY REFERENCES pipeline(id), run_id INTEGER NOT NULL,
      plan_sha256 BLOB NOT NULL, at INTEGER NOT NULL) STRICT;
    CREATE TABLE loaded_source(
      pipeline_id INTEGER NOT NULL REFERENCES pipeline(id), source TEXT NOT NULL,
      rows INTEGER NOT NULL, contents_json TEXT NOT NULL,
      PRIMARY KEY(pipeline_id,source)) STRICT, WITHOUT ROWID;
    CREATE TABLE reason(
      id INTEGER PRIMARY KEY, pipeline_id INTEGER NOT NULL REFERENCES pipeline(id),
      fingerprint BLOB NOT NULL, stage TEXT NOT NULL, code TEXT NOT NULL,
      class TEXT NOT NULL CHECK(class IN ('transient','data','contract','reference','config')),
      column_name TEXT, rule TEXT, text TEXT NOT NULL,
      first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
      UNIQUE(pipeline_id,fingerprint)) STRICT;
    CREATE TABLE reject(
      id INTEGER PRIMARY KEY, pipeline_id INTEGER NOT NULL REFERENCES pipeline(id),
      record_uid BLOB NOT NULL, source TEXT NOT NULL,
      snapshot_id INTEGER NOT NULL REFERENCES snapshot(id),
      record_no INTEGER NOT NULL, line_no INTEGER NOT NULL, line_end INTEGER NOT NULL,
      byte_offset INTEGER NOT NULL, byte_length INTEGER NOT NULL,
      raw BLOB NOT NULL, raw_truncated INTEGER NOT NULL DEFAULT 0, raw_sha256 BLOB NOT NULL,
      edited_raw BLOB, edited_by TEXT, edited_at INTEGER, business_key TEXT,
      reason_id INTEGER NOT NULL REFERENCES reason(id), errors_json TEXT NOT NULL,
      state TEXT NOT NULL CHECK(state IN
        ('waiting','scheduled','claimed','loaded','superseded','dead','discarded')),
      wake TEXT NOT NULL CHECK(wake IN ('time','change','manual')), world_hash BLOB NOT NULL,
      attempt INTEGER NOT NULL DEFAULT 0, interruptions INTEGER NOT NULL DEFAULT 0,
      max_attempts INTEGER NOT NULL, next_attempt_at INTEGER, asked_at INTEGER, asked_by TEXT,
      claimed_run INTEGER, claimed_from TEXT, first_run INTEGER NOT NULL, last_run INTEGER NOT NULL,
      first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, resolved_at INTEGER, resolution TEXT,
      UNIQUE(pipeline_id,record_uid)) STRICT;
    CREATE INDEX reject_open ON reject(pipeline_id,id,state)
      WHERE state IN ('waiting','scheduled','claimed','dead');
    CREATE INDEX reject_cause ON reject(reason_id,id,state,wake,first_seen,next_attempt_at,asked_at)
      WHERE state IN ('waiting','scheduled','claimed','dead');
    CREATE INDEX reject_order ON reject(id)
      WHERE state IN ('waiting','scheduled','claimed','dead');
    CREATE INDEX reject_claim ON reject(claimed_run) WHERE claimed_run IS NOT NULL;
    CREATE INDEX reject_reason ON reject(reason_id);
    CREATE INDEX reject_snapshot ON reject(snapshot_id);
    CREATE TABLE reject_attempt(
      reject_id INTEGER NOT NULL REFERENCES reject(id) ON DELETE CASCADE,
      run_id INTEGER NOT NULL, attempt INTEGER NOT NULL, at INTEGER NOT NULL,
      outcome TEXT NOT NULL CHECK(outcome IN
        ('loaded','rejected','superseded','interrupted','filtered','unmatched')),
      reason_id INTEGER, world_hash BLOB, edited INTEGER NOT NULL DEFAULT 0, text TEXT NOT NULL,
      PRIMARY KEY(reject_id,run_id)) STRICT, WITHOUT ROWID;
    CREATE TABLE load(
      id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES run(id), destination TEXT NOT NULL,
      nonce BLOB NOT NULL UNIQUE,
      phase TEXT NOT NULL CHECK(phase IN ('open','prepared','finalised','void')),
      begun_at INTEGER NOT NULL, prepared_at INTEGER, resolved_at INTEGER, summary_json TEXT) STRICT;
    CREATE INDEX load_undecided ON load(phase) WHERE phase IN ('open','prepared');
    CREATE INDEX load_run ON load(run_id);
    CREATE TABLE load_item(
      id INTEGER PRIMARY KEY, load_id INTEGER NOT NULL REFERENCES load(id) ON DELETE CASCADE,
      record_uid BLOB NOT NULL,
      outcome TEXT NOT NULL CHECK(outcome IN
        ('loaded','rejected','superseded','filtered','unmatched')),
      is_new INTEGER NOT NULL DEFAULT 0, at INTEGER NOT NULL, source TEXT, snapshot_id INTEGER,
      record_no INTEGER, line_no INTEGER, line_end INTEGER, byte_offset INTEGER,
      byte_length INTEGER, raw BLOB, raw_truncated INTEGER, raw_sha256 BLOB, business_key TEXT,
      reason_id INTEGER, errors_json TEXT, wake TEXT, world_hash BLOB, next_attempt_at INTEGER,
      UNIQUE(load_id,record_uid)) STRICT;
    CREATE INDEX load_item_order ON load_item(id) WHERE is_new=1;
    CREATE INDEX load_item_cause ON load_item(reason_id,id,at) WHERE is_new=1;
    CREATE TABLE audit(
      id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
      target TEXT NOT NULL, note TEXT, before_json TEXT, undone_at INTEGER) STRICT;
    """
}
