// What reaches the program from the person at the terminal, and the names of keys.

/// Something that happened at the terminal.
public enum Input: Hashable, Sendable {
  /// A key was pressed.
  case key(Key)
  /// Text was pasted; one inert piece, never a row of commands.
  case paste(String)
  /// The terminal has a new size.
  case resize(CellSize)
  /// The program was stopped and goes on; the screen has been painted anew.
  case resumed
  /// The terminal is gone.
  case hangup
  /// The program was asked to end.
  case terminate
}

/// One key, or a key with Control.
public enum Key: Hashable, Sendable {
  /// A printed character, `" "` included.
  case character(Character)
  /// Control with a lower-case letter or one of `@ [ \ ] ^ _`.
  case control(Character)
  /// Return.
  case enter
  /// Escape.
  case escape
  /// Tabulator.
  case tab
  /// Shift with tabulator.
  case backTab
  /// Deletes to the left.
  case backspace
  /// Deletes to the right.
  case delete
  /// Insert.
  case insert
  /// Arrow up.
  case up
  /// Arrow down.
  case down
  /// Arrow left.
  case left
  /// Arrow right.
  case right
  /// Home.
  case home
  /// End.
  case end
  /// Page up.
  case pageUp
  /// Page down.
  case pageDown
  /// F1, F2 and so on.
  case function(Int)
}

extension Key {
  private static let named: [(key: Key, inFile: String, hint: String, ascii: String)] = [
    (.enter, "Enter", "⏎", "ret"), (.escape, "Esc", "esc", "esc"), (.tab, "Tab", "tab", "tab"),
    (.backTab, "S-Tab", "S-tab", "S-tab"), (.backspace, "BS", "bksp", "bksp"),
    (.delete, "Del", "del", "del"), (.insert, "Ins", "ins", "ins"),
    (.up, "Up", "↑", "up"), (.down, "Down", "↓", "down"),
    (.left, "Left", "←", "left"), (.right, "Right", "→", "right"),
    (.home, "Home", "home", "home"), (.end, "End", "end", "end"),
    (.pageUp, "PgUp", "pgup", "pgup"), (.pageDown, "PgDn", "pgdn", "pgdn"),
    (.character(" "), "Space", "space", "space"), (.character("<"), "lt", "<", "<"),
  ]

  private static let otherNames: [String: Key] = [
    "cr": .enter, "return": .enter, "escape": .escape, "backspace": .backspace,
    "delete": .delete, "insert": .insert, "pageup": .pageUp, "pagedown": .pageDown,
  ]

  /// The key with a name as key files write it.
  ///
  /// Such as `j`, `<Enter>`, `<C-d>`, `<Esc>`, `<S-Tab>`, `<F1>`.
  ///
  /// Names in angle brackets may be written in any case. Nil if there is no such key.
  public init?(name: String) {
    if name.count == 1, let character = name.first {
      guard Self.isTyped(character) else { return nil }
      self = .character(character)
      return
    }
    guard name.first == "<", name.last == ">" else { return nil }
    let inside = name.dropFirst().dropLast().lowercased()
    if let known = Self.named.first(where: { $0.inFile.lowercased() == inside })?.key {
      self = known
    } else if let known = Self.otherNames[inside] {
      self = known
    } else if inside.hasPrefix("c-"), inside.count == 3, let letter = inside.last,
      Self.isControlled(letter)
    {
      self = .control(letter)
    } else if inside.first == "f", let number = Int(inside.dropFirst()), (1...24).contains(number),
      inside == "f\(number)"
    {
      self = .function(number)
    } else {
      return nil
    }
  }

  /// The name as key files write it; `Key(name:)` reads it back.
  public var fileName: String {
    if let known = Self.named.first(where: { $0.key == self }) { return "<\(known.inFile)>" }
    switch self {
    case .character(let character): return String(character)
    case .control(let letter): return "<C-\(letter)>"
    case .function(let number): return "<F\(number)>"
    default: return ""  // Every other key stands in the table.
    }
  }

  /// The name as hints show it: `⏎`, `esc`, `tab`, `^d`.
  public var name: String { name(.unicode) }

  /// The name as hints show it, with or without signs beyond ASCII.
  public func name(_ glyphs: Glyphs) -> String {
    if let known = Self.named.first(where: { $0.key == self }) {
      return glyphs.isUnicode ? known.hint : known.ascii
    }
    switch self {
    case .character(let character): return String(character)
    case .control(let letter): return "^\(letter)"
    case .function(let number): return "F\(number)"
    default: return ""
    }
  }

  /// The keys of a text such as `jj<Enter>r`.
  ///
  /// An angle bracket that starts no known name stands for itself.
  public static func sequence(_ text: String) -> [Key] {
    var keys: [Key] = []
    var rest = text[...]
    while let character = rest.first {
      if character == "<", let close = rest.firstIndex(of: ">"),
        let key = Key(name: String(rest[...close]))
      {
        keys.append(key)
        rest = rest[rest.index(after: close)...]
        continue
      }
      keys.append(character.isNewline ? .enter : .character(character))
      rest = rest.dropFirst()
    }
    return keys
  }

  private static func isTyped(_ character: Character) -> Bool {
    !character.unicodeScalars.contains { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) }
  }

  private static func isControlled(_ letter: Character) -> Bool {
    ("a"..."z").contains(letter) || "@[\\]^_".contains(letter)
  }
}
