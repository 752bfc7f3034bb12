// One command: its name, keys, help, when it can be had, and the same act in a shell.

import Cells
import ETLKit

/// Whether a command can be had now.
enum Availability: Hashable, Sendable {
  case yes
  /// Why not, as a sentence for the last line.
  case no(because: String)
}

struct Command: Sendable {
  /// Verb and noun, as the palette lists it.
  let name: String
  let keys: [Key]
  /// One sentence for help.
  let help: String
  /// A word or two for the hint row; nil keeps it out of there.
  let hint: String?
  let isAvailable: @Sendable (ConsoleState) -> Availability
  /// The same act as a subcommand.
  let shell: @Sendable (ConsoleState) -> String?
  let perform: @Sendable (inout ConsoleState) -> [Effect]

  init(
    _ name: String, keys: [Key], help: String, hint: String? = nil,
    isAvailable: @escaping @Sendable (ConsoleState) -> Availability = { _ in .yes },
    shell: @escaping @Sendable (ConsoleState) -> String? = { _ in nil },
    perform: @escaping @Sendable (inout ConsoleState) -> [Effect]
  ) {
    self.name = name
    self.keys = keys
    self.help = help
    self.hint = hint
    self.isAvailable = isAvailable
    self.shell = shell
    self.perform = perform
  }
}
