// `etl-tui infer FILE`: a proposal for a source block, with the evidence for each guess.

import ArgumentParser
import ETLKit
import Foundation

struct InferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "infer",
    abstract: "Propose a source block for a file, with the evidence for each guess.",
    discussion: """
      Reads at most four megabytes and changes nothing. What the values leave open, such as the order
      of day and month or whether NA means no value, is named and not decided.
      """)

  @Argument(help: "The file.", completion: .file())
  var file: String

  func run() throws {
    let path = URL(fileURLWithPath: file).path
    let proposal = try SourceInference.propose(file: path, shownAs: file)
    for line in proposal.split(separator: "\n") { Output.write(String(line)) }
  }
}
