// Every statement a console's question needs, in one place, so that a test can look at all their query plans.

/// The reader's statements.
enum ReaderSQL {
  static let open = "state IN ('waiting','scheduled','claimed','dead')"

  static let liveRuns = """
    SELECT r.id, p.name AS pipeline, r.state, r.boot_id, r.pid, r.pid_start FROM run r
    JOIN pipeline p ON p.id=r.pipeline_id WHERE r.state IN ('queued','running','paused')
    """
  static let openCount = "SELECT count(*) FROM reject WHERE \(open)"
  static let pendingCount = "SELECT count(*) FROM load_item WHERE is_new=1"
  static let failedCount = """
    SELECT count(*) FROM pipeline p WHERE
      (SELECT state FROM run WHERE pipeline_id=p.id AND kind<>'prune'
        ORDER BY id DESC LIMIT 1)
      IN ('failed','crashed')
    """
  static let pipelines = "SELECT id, name FROM pipeline ORDER BY name"
  static let openByPipeline = """
    SELECT pipeline_id, count(*) AS count, sum(state='dead') AS dead FROM reject WHERE \(open)
    GROUP BY pipeline_id
    """
  /// What the loads under way found; counted by a whole index where there is but one of them.
  static let pendingByPipeline = """
    SELECT r.pipeline_id,
      CASE WHEN (SELECT count(*) FROM load WHERE phase IN ('open','prepared'))=1
        THEN (SELECT count(*) FROM load_item WHERE is_new=1)
        ELSE (SELECT count(*) FROM load_item WHERE load_id=l.id AND is_new=1) END AS count
    FROM load l JOIN run r ON r.id=l.run_id WHERE l.phase IN ('open','prepared')
    """
  static let lastRuns = """
    SELECT state, started_at, finished_at FROM run WHERE pipeline_id=? AND kind<>'prune'
    ORDER BY id DESC LIMIT 12
    """
  static let undecidedLoads = """
    SELECT r.id, p.name AS pipeline FROM load l JOIN run r ON r.id=l.run_id
    JOIN pipeline p ON p.id=r.pipeline_id
    WHERE l.phase IN ('open','prepared') AND l.phase='prepared'
      AND r.state NOT IN ('queued','running','paused')
    """
  static let heldCount = "SELECT count(*) FROM held_load WHERE state='held'"
  static let heldRuns = """
    SELECT h.run_id, p.name AS pipeline FROM held_load h JOIN pipeline p ON p.id=h.pipeline_id
    WHERE h.state='held' ORDER BY h.run_id DESC
    """
  private static let heldColumns = """
    SELECT h.*, p.name AS pipeline, r.rows_read, r.rows_rejected, r.parameters_json,
      (SELECT count(*) FROM reject WHERE \(HeldLoad.broughtAlone("h.run_id", of: "h.pipeline_id"))) AS only_here,
      (SELECT count(*) FROM run_snapshot s WHERE s.run_id=h.run_id) AS files,
      (SELECT coalesce(sum(s.bytes),0) FROM run_snapshot i JOIN snapshot s ON s.id=i.snapshot_id
        WHERE i.run_id=h.run_id) AS bytes
    FROM held_load h JOIN run r ON r.id=h.run_id JOIN pipeline p ON p.id=h.pipeline_id
    """
  static let heldLoads = heldColumns + " WHERE h.state='held' ORDER BY h.run_id DESC"
  static let allHeldLoads = heldColumns + " ORDER BY h.run_id DESC"
  static let events = """
    SELECT run_id, seq, at, level, stage, detail FROM event WHERE level<>'debug'
    ORDER BY at DESC LIMIT 50
    """

  private static let runColumns = """
    SELECT r.*, p.name AS pipeline, (SELECT group_concat(state) FROM
      (SELECT state FROM stage_run WHERE run_id=r.id ORDER BY ordinal)) AS stage_states,
      EXISTS(SELECT 1 FROM held_load h WHERE h.run_id=r.id AND h.state='held') AS is_held
    FROM run r JOIN pipeline p ON p.id=r.pipeline_id
    """
  static let runs = runColumns + " ORDER BY r.id DESC LIMIT ?"
  static let runsOfPipeline = """
    \(runColumns) WHERE r.pipeline_id=(SELECT id FROM pipeline WHERE name=?)
    ORDER BY r.id DESC LIMIT ?
    """
  static let run = runColumns + " WHERE r.id=?"
  static let stages = "SELECT * FROM stage_run WHERE run_id=? ORDER BY ordinal"
  static let checks = "SELECT * FROM check_result WHERE run_id=? ORDER BY ordinal"
  static let log = """
    SELECT run_id, seq, at, level, stage, detail FROM event WHERE run_id=?
    ORDER BY seq DESC LIMIT ?
    """
  static let logCount = "SELECT coalesce(max(seq),0) FROM event WHERE run_id=?"
  /// How far the sources are, each weighing as much as its bytes.
  static let fraction = """
    SELECT sum(b.bytes*CASE WHEN g.state IN ('succeeded','reused','skipped') THEN 1.0
        ELSE coalesce(g.fraction,0.0) END)/sum(b.bytes)
    FROM (SELECT s.source, max(1,sum(s.bytes)) AS bytes FROM run_snapshot rs
        JOIN snapshot s ON s.id=rs.snapshot_id WHERE rs.run_id=?1 GROUP BY s.source) b
      JOIN stage_run g ON g.run_id=?1 AND g.kind='source' AND g.stage=b.source
    """

  static let causes = """
    SELECT c.id, p.name AS pipeline, c.stage, c.code, c.class, c.column_name, c.rule, c.text,
      q.count, q.oldest, q.held, q.claimed, q.asked, q.next
    FROM (SELECT reason_id, count(*) AS count, min(first_seen) AS oldest,
        sum(asked_at IS NULL AND (state='dead' OR wake='manual')) AS held,
        sum(state='claimed') AS claimed, count(asked_at) AS asked,
        min(CASE state WHEN 'scheduled' THEN next_attempt_at END) AS next
      FROM reject WHERE \(open) GROUP BY reason_id) q
    JOIN reason c ON c.id=q.reason_id JOIN pipeline p ON p.id=c.pipeline_id
    """
  static let pendingCauses = """
    SELECT c.id, p.name AS pipeline, c.stage, c.code, c.class, c.column_name, c.rule, c.text,
      q.count, q.oldest, 0 AS held, 0 AS claimed, 0 AS asked, NULL AS next
    FROM (SELECT reason_id, count(*) AS count, min(at) AS oldest
      FROM load_item WHERE is_new=1 GROUP BY reason_id) q
    JOIN reason c ON c.id=q.reason_id JOIN pipeline p ON p.id=c.pipeline_id
    """

  private static let recordColumns = """
    SELECT r.id, r.reason_id, p.name AS pipeline, r.source, r.line_no, r.business_key,
      r.errors_json, r.attempt, r.first_seen, r.state
    FROM reject r JOIN pipeline p ON p.id=r.pipeline_id
    """
  static let records = "\(recordColumns) WHERE r.\(open) ORDER BY r.id LIMIT ?"
  static let recordsOfReason = """
    \(recordColumns) WHERE r.reason_id=? AND r.\(open) ORDER BY r.id LIMIT ?
    """
  static let recordCountOfReason = "SELECT count(*) FROM reject WHERE reason_id=? AND \(open)"
  private static let pendingColumns = """
    SELECT -i.id AS id, i.reason_id, p.name AS pipeline, i.source, i.line_no, i.business_key,
      i.errors_json, 1 AS attempt, i.at AS first_seen, 'claimed' AS state
    FROM load_item i JOIN reason c ON c.id=i.reason_id JOIN pipeline p ON p.id=c.pipeline_id
    """
  static let pendingRecords = """
    \(pendingColumns) WHERE i.is_new=1 ORDER BY i.id LIMIT ?
    """
  static let pendingRecordsOfReason = """
    \(pendingColumns) WHERE i.reason_id=? AND i.is_new=1 ORDER BY i.id LIMIT ?
    """
  static let pendingCountOfReason =
    "SELECT count(*) FROM load_item WHERE reason_id=? AND is_new=1"

  static let record = """
    SELECT r.*, p.name AS pipeline, c.class, c.rule, s.uri, s.member, s.header_json, s.dialect_json
    FROM reject r JOIN pipeline p ON p.id=r.pipeline_id JOIN reason c ON c.id=r.reason_id
      JOIN snapshot s ON s.id=r.snapshot_id WHERE r.id=?
    """
  static let draft = """
    SELECT r.id, p.name AS pipeline, r.source, r.state, r.raw, r.edited_raw, r.raw_truncated,
      r.byte_length, s.header_json, s.dialect_json
    FROM reject r JOIN pipeline p ON p.id=r.pipeline_id JOIN snapshot s ON s.id=r.snapshot_id
    WHERE r.id=?
    """
  static let changes = """
    SELECT a.at, a.actor, a.action, a.note, a.undone_at FROM audit a
    WHERE a.action IN ('discard','edit','fix','import') AND a.before_json IS NOT NULL
      AND EXISTS(SELECT 1 FROM json_each(a.before_json) e
        WHERE json_extract(e.value,'$.id')=?)
    ORDER BY a.id DESC LIMIT 50
    """
  static let attempts = """
    SELECT run_id, at, outcome, text FROM reject_attempt WHERE reject_id=?
    ORDER BY run_id DESC LIMIT 200
    """
  static let pendingRecord = """
    SELECT -i.id AS id, i.*, p.name AS pipeline, c.class, c.rule, s.uri, s.member, s.header_json,
      s.dialect_json, 'claimed' AS state, 1 AS attempt, i.at AS first_seen
    FROM load_item i JOIN reason c ON c.id=i.reason_id JOIN pipeline p ON p.id=c.pipeline_id
      JOIN snapshot s ON s.id=i.snapshot_id WHERE i.id=?
    """

  /// All of them, with as many arguments as they take.
  static let all = [
    liveRuns, openCount, pendingCount, failedCount, pipelines, openByPipeline, pendingByPipeline,
    lastRuns,
    undecidedLoads, heldLoads, allHeldLoads, heldRuns, heldCount, events, runs, runsOfPipeline, run,
    stages, checks, log,
    logCount,
    fraction,
    causes, pendingCauses, records, recordsOfReason, recordCountOfReason, pendingRecords,
    pendingRecordsOfReason, pendingCountOfReason, record, draft, changes, attempts, pendingRecord,
  ]
}
