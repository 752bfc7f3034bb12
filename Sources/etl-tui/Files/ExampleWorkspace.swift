// The files that `etl-tui init` writes: one pipeline over one file, with one record that fails.

/// A small workspace that works, and shows a rejected record.
enum ExampleWorkspace {
  /// Its files: where, and what.
  static let files: [(name: String, text: String)] = [
    ("pipelines/stations.yaml", pipeline), ("data/stations.csv", data),
  ]

  private static let pipeline = """
    # What to read, what it must look like, where it goes.
    # `etl-tui check` finds mistakes in here, `etl-tui run stations` runs it.
    etl: 1
    pipeline:
      name: stations
      description: Rain and temperature of weather stations, per day

    sources:
      readings:
        type: file
        # From the workspace's folder. A pattern reads many files: data/*.csv; .gz is unpacked.
        path: data/stations.csv
        columns:
          station: {type: text, required: true}
          date: {type: date, required: true}
          # Millimetres; nothing where the gauge was out of order.
          rain: {type: real, min: 0}
          temperature: {type: real, min: -90, max: 60}

    steps:
      # Steps are named; each says what it reads from.
      judged:
        type: map
        from: readings
        set:
          is_frost: coalesce(temperature < 0, false)

    checks:
    # A failed check of severity error publishes nothing.
    - name: one-row-a-station-and-day
      step: judged
      type: unique
      columns: [station, date]
      severity: error

    load:
      from: judged
      to: sqlite:weather.db
      table: readings
      # New keys are inserted, changed rows updated, all others left alone.
      mode: upsert
      key: [station, date]

    # `etl-tui test` runs these: small inputs, and what must come of them.
    tests:
    - name: frost is below zero, and no temperature is no frost
      given:
        readings: |
          station,date,rain,temperature
          Hilltop,2024-02-01,0.4,-1.5
          Hilltop,2024-02-02,0,0
          Harbour,2024-02-02,,
          Harbour,2024-02-30,1.1,4.4
      expect:
        judged: |
          station,date,is_frost
          Hilltop,2024-02-01,true
          Hilltop,2024-02-02,false
          Harbour,2024-02-02,false
      rejects:
      - {source: readings, line: 5, code: cast.date, column: date}

    """

  // The last line is wrong on purpose: `etl-tui retry list` shows why, and once it is right
  // another run loads it.
  private static let data = """
    station,date,rain,temperature
    Hilltop,2024-02-01,0.4,-1.5
    Hilltop,2024-02-02,0,0.8
    Harbour,2024-02-01,2.6,4.1
    Harbour,2024-02-02,,3.9
    Harbour,2024-02-30,1.1,4.4

    """
}
