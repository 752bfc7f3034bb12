// swift-tools-version: 6.2
// The floor plan: arrows only point downwards, and the build checks it
// (`swift build --explicit-target-dependency-import-check error`).

import PackageDescription

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "etl-tui",
  products: [
    .library(name: "ETLKit", targets: ["ETLKit"]),
    .executable(name: "etl-tui", targets: ["etl-tui"]),
    .executable(name: "etl-bench", targets: ["etl-bench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Floor 0: C headers, nothing else.
    .target(
      name: "CNcurses",
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // Floor 1: no input, no output.
    .target(name: "Cells"),
    .target(name: "Records"),

    // Floor 2.
    .target(name: "Charts", dependencies: ["Cells"]),
    .target(name: "Terminal", dependencies: ["Cells", "CNcurses"]),
    .target(
      name: "ETLKit",
      dependencies: ["Records", "CLinux", "CZlib", grdb, sqlite, yams, logging, crypto]),

    // Floor 3.
    .target(name: "Console", dependencies: ["Cells", "Charts", "ETLKit"]),

    // Floor 4.
    .executableTarget(
      name: "etl-tui",
      dependencies: [
        "Cells", "Charts", "Terminal", "ETLKit", "Console", "Records", arguments, yams,
      ],
      resources: [.embedInCode("CHANGELOG.md")]),
    .executableTarget(
      name: "etl-bench",
      dependencies: ["Records", "ETLKit", "Cells", "Charts", "AllocationCount"]),

    // Tests.
    .target(name: "AllocationCount", path: "Tests/AllocationCount"),
    .target(name: "TestSupport", dependencies: ["Cells"], path: "Tests/TestSupport"),
    .target(name: "FuzzTargets", dependencies: ["Records", "ETLKit"], path: "Tests/FuzzTargets"),
    .target(
      name: "FaultyVFS", path: "Tests/FaultyVFS", linkerSettings: [.linkedLibrary("sqlite3")]),
    .executableTarget(
      name: "fault-helper", dependencies: ["ETLKit", "FaultyVFS"], path: "Tests/FaultHelper"),
    .testTarget(name: "CellsTests", dependencies: ["Cells", "TestSupport", "AllocationCount"]),
    .testTarget(
      name: "ChartsTests", dependencies: ["Charts", "Cells", "TestSupport"],
      exclude: ["Snapshots"]),
    .testTarget(name: "RecordsTests", dependencies: ["Records", "TestSupport", "AllocationCount"]),
    .testTarget(
      name: "ETLKitTests",
      dependencies: [
        "ETLKit", "Records", "TestSupport", "AllocationCount", "FaultyVFS", "FuzzTargets",
        "fault-helper", grdb, sqlite,
      ]),
    .testTarget(
      name: "ConsoleTests",
      dependencies: ["Console", "Cells", "Charts", "ETLKit", "TestSupport"],
      exclude: ["Snapshots"]),
    .executableTarget(
      name: "terminal-helper", dependencies: ["Terminal", "Cells"], path: "Tests/TerminalHelper"),
    .testTarget(
      name: "TerminalTests", dependencies: ["Terminal", "Cells", "TestSupport", "terminal-helper"]),
    .testTarget(
      name: "CommandTests",
      dependencies: ["etl-tui", "ETLKit", "Console", "Cells", "TestSupport", grdb],
      exclude: ["Snapshots"]),
  ],
  swiftLanguageModes: [.v6]
)

// Only the fuzzer brings its own main function; `.ci/fuzz` builds it.
if Context.environment["FUZZ"] != nil {
  package.targets.append(
    .executableTarget(name: "fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz"))
}

for target in package.targets where [.regular, .executable, .test].contains(target.type) {
  guard !["CNcurses", "AllocationCount", "FaultyVFS"].contains(target.name) else { continue }
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .enableUpcomingFeature("ExistentialAny"),  // `any` is visible
      .enableUpcomingFeature("MemberImportVisibility"),  // what you use, you import
      .enableUpcomingFeature("InternalImportsByDefault"),  // dependencies do not leak
      .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // async stays where it was called
    ]
  if Context.environment["CI"] != nil {
    target.swiftSettings?.append(.treatAllWarnings(as: .error))
  }
}
