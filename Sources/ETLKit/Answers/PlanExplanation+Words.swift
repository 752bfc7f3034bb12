// The words of an explanation: what stages do, and which rows they count.

extension SourceSpec {
  /// Where its records are.
  var placeWords: String {
    switch location {
    case .files(let path): path
    case .standardInput: "standard input"
    case .http(let url, _): url
    case .github(let repository, let ref, let path): "\(repository) at \(ref), \(path)"
    case .sqlite(let path, .table(let table)): "table \(table) of \(path)"
    case .sqlite(let path, .query): "a query over \(path)"
    }
  }

  var counts: [PlanExplanation.Count] {
    (prefilter.map { [.init(name: "filtered", rows: "where \($0.value) is not true")] } ?? [])
      + [.init(name: "rejected", rows: "records that are not what the columns say")]
  }
}

extension StepSpec {
  /// What the step does with its inputs.
  var summaryWords: String {
    switch kind {
    case .filter(let from, let condition): "\(from.value) where \(condition.value)"
    case .select(let from, _): "columns of \(from.value)"
    case .map(let from, _): "over \(from.value)"
    case .join(let join):
      "\(join.kind.rawValue) of \(join.left.value) and \(join.right.value), "
        + "\(join.cardinality.rawValue), on " + join.keys.map(\.words).joined(separator: ", ")
    case .lookup(let lookup):
      "of \(lookup.from.value) in \(lookup.side.value), on "
        + lookup.keys.map(\.words).joined(separator: ", ")
    case .dedupe(let dedupe):
      "the \(dedupe.keep.rawValue) of \(dedupe.from.value) for each "
        + dedupe.key.map(\.value).joined(separator: ", ")
        + (dedupe.order.isEmpty
          ? "" : " in order of " + dedupe.order.map(\.value).joined(separator: ", "))
    case .union(let inputs): inputs.map(\.value).joined(separator: ", then ")
    case .aggregate(let from, let by, _):
      "\(from.value)" + (by.isEmpty ? "" : " by " + by.map(\.value).joined(separator: ", "))
    case .unpivot(let unpivot):
      "\(unpivot.from.value), a row for each of "
        + unpivot.columns.map(\.value).joined(separator: ", ")
    case .pivot(let pivot):
      "\(pivot.from.value), a row for each " + pivot.by.map(\.value).joined(separator: ", ")
    case .sql(let sql): "over " + sql.from.map(\.value).joined(separator: ", ")
    }
  }

  var counts: [PlanExplanation.Count] {
    func count(_ name: String, _ rows: String) -> [PlanExplanation.Count] {
      [.init(name: name, rows: rows)]
    }
    let failing = count("rejected", "records for which an expression fails")
    switch kind {
    case .filter: return count("filtered", "where the condition is not true") + failing
    case .select, .union: return []
    case .map: return failing
    case .join(let join): return join.counts
    case .lookup(let lookup):
      let rows = "records without an entry in \(lookup.side.value)"
      switch lookup.missing {
      case .reject: return count("rejected", rows)
      case .drop: return count("unmatched", rows)
      case .null: return []
      case .fail: return count("failed", "the run, at the first of the \(rows)")
      }
    case .dedupe: return count("deduplicated", "all others of a key")
    case .aggregate:
      return count("combined", "all records of a group but one")
        + count("rejected", "records for which an expression fails, groups that overflow")
    case .unpivot(let unpivot):
      return count("added", "all rows of a record but one")
        + (unpivot.keepsNulls ? [] : count("filtered", "records without any value"))
    case .pivot(let pivot):
      let names = "records whose \(pivot.name.value) is no column"
      let values = "records with different values for one column"
      return count("combined", "all records of a row but one")
        + count("deduplicated", "the same value said twice")
        + (pivot.several == .reject ? count("rejected", values) : [])
        + (pivot.unknown == .reject ? count("rejected", names) : [])
        + (pivot.unknown == .drop ? count("filtered", names) : [])
    case .sql:
      return count("combined", "rows in beyond those out")
        + count("added", "rows out beyond those in")
        + count("rejected", "rows that are not what the columns say")
    }
  }
}

extension JoinSpec {
  fileprivate var counts: [PlanExplanation.Count] {
    func count(_ policy: UnmatchedPolicy, _ rows: String) -> [PlanExplanation.Count] {
      switch policy {
      case .drop, .report: [.init(name: "unmatched", rows: rows)]
      case .reject: [.init(name: "rejected", rows: rows)]
      case .keep: []
      }
    }
    let isMembership = kind == .semi || kind == .anti
    return
      (kind == .anti
      ? [.init(name: "filtered", rows: "records with a partner in \(right.value)")]
      : count(unmatchedLeft, "records without a partner in \(right.value)"))
      + (isMembership || unmatchedRight != .reject
        ? [] : count(unmatchedRight, "records of \(right.value) without a partner"))
      + (isExpanding ? [.init(name: "added", rows: "rows beyond one for each record")] : [])
  }
}

extension LoadSpec {
  var counts: [PlanExplanation.Count] {
    let refused = PlanExplanation.Count(
      name: "rejected",
      rows: "rows that the table does not take"
        + (key.isEmpty ? "" : ", or without a key"))
    return switch mode {
    case .upsert:
      [
        .init(name: "inserted", rows: "rows with a new key"),
        .init(name: "updated", rows: "rows that differ"),
        .init(name: "unchanged", rows: "rows that are there already"), refused,
      ]
    case .insertOnly:
      [
        .init(name: "inserted", rows: "rows with a new key"),
        .init(name: "unchanged", rows: "rows whose key is there already"), refused,
      ]
    case .scd2:
      [
        .init(name: "inserted", rows: "rows with a new key"),
        .init(name: "updated", rows: "rows that differ, as a new version"),
        .init(name: "unchanged", rows: "rows that are there already"), refused,
      ]
    case .append, .replace: [.init(name: "inserted", rows: "all rows"), refused]
    }
  }
}

extension KeyPair {
  fileprivate var words: String {
    left.value == right.value ? left.value : "\(left.value) = \(right.value)"
  }
}
