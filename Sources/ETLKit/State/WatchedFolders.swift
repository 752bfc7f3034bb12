// Which folders of a workspace are watched, and which of the kernel's notes mean a change.

internal import Foundation

/// The folders of a workspace as the kernel watches them.
struct WatchedFolders: Sendable {
  private enum Role: Hashable {
    case workspace, state, locks, pipelines
  }

  private let workspace: Workspace
  private let notifier: Int32
  private var roles: [Int32: Role] = [:]
  private var watched: Set<Role> = []

  init(workspace: Workspace, notifier: Int32) {
    self.workspace = workspace
    self.notifier = notifier
    _ = watchMissing()
  }

  /// Size and time of the state file and its log, for when the kernel cannot watch.
  var stamp: [Int64] {
    [workspace.stateFile, workspace.stateFile + "-wal", workspace.pipelinesFolder].flatMap { path in
      var status = stat()
      guard stat(path, &status) == 0 else { return [Int64(-1)] }
      return [
        Int64(status.st_size), Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec),
      ]
    }
  }

  /// Reads the kernel's notes; true if one of them means a change.
  mutating func drain() -> Bool {
    var isChanged = false
    var bytes = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = read(notifier, &bytes, bytes.count)
      guard count > 0 else { break }
      bytes.withUnsafeBytes { buffer in
        var offset = 0
        while offset + MemoryLayout<inotify_event>.size <= count {
          let event = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
          let start = offset + MemoryLayout<inotify_event>.size
          let end = min(start + Int(event.len), count)
          let name = String(
            decoding: buffer[start..<end].prefix { $0 != 0 }, as: UTF8.self)
          if note(event, name) { isChanged = true }
          offset = end
        }
      }
    }
    // A folder that was just made may hold files already.
    return watchMissing() || isChanged
  }

  private mutating func note(_ event: inotify_event, _ name: String) -> Bool {
    if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { return true }
    guard let role = roles[event.wd] else { return false }
    if event.mask & UInt32(IN_IGNORED) != 0 {
      roles[event.wd] = nil
      watched.remove(role)
      return true
    }
    switch role {
    case .workspace: return false
    // Only the log and the file itself: the shared memory beside them changes with every reader.
    case .state: return name == "state.db" || name == "state.db-wal"
    case .locks, .pipelines: return true
    }
  }

  private mutating func watchMissing() -> Bool {
    let appears = UInt32(IN_CREATE) | UInt32(IN_MOVED_TO)
    let goes = UInt32(IN_DELETE) | UInt32(IN_MOVED_FROM)
    let places: [(Role, String, UInt32)] = [
      (.workspace, workspace.folder, appears),
      (.state, workspace.stateFolder, appears | goes | UInt32(IN_MODIFY)),
      // A lock is dropped by closing its file, by hand or by the kernel when the process dies.
      (.locks, workspace.locksFolder, UInt32(IN_CLOSE_WRITE) | UInt32(IN_MODIFY)),
      (.pipelines, workspace.pipelinesFolder, appears | goes | UInt32(IN_CLOSE_WRITE)),
    ]
    var isNew = false
    for (role, path, mask) in places where !watched.contains(role) {
      let number = inotify_add_watch(notifier, path, mask | UInt32(IN_ONLYDIR))
      guard number >= 0 else { continue }
      roles[number] = role
      watched.insert(role)
      isNew = isNew || role != .workspace
    }
    return isNew
  }
}
