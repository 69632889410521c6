import ArgumentParser
import Foundation
import SparseditKit

/// A prompt, from the command line or a file.
struct PromptOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "What the picture, or the repainted region, should show.")
  var prompt: String?

  @Option(name: .long, help: "Read the prompt from a UTF-8 text file; - reads standard input.")
  var promptFile: String?

  func validate() throws {
    if prompt != nil, promptFile != nil {
      throw ValidationError("Give --prompt or --prompt-file, not both.")
    }
  }

  /// For commands that cannot do without.
  func require() throws {
    if prompt == nil, promptFile == nil {
      throw ValidationError("A prompt is needed: --prompt TEXT or --prompt-file FILE.")
    }
  }

  /// The prompt, read from its file if that is where it is.
  func text() throws -> String {
    guard let promptFile else { return prompt ?? "" }
    let data: Data
    do {
      data =
        try promptFile == "-"
        ? FileHandle.standardInput.readToEnd() ?? Data() : Data(contentsOf: URL(fileURLWithPath: promptFile))
    } catch {
      throw SparseditError(.missingInput, "\(promptFile): the prompt file could not be read")
    }
    guard data.count <= 1 << 20, let text = String(data: data, encoding: .utf8) else {
      throw SparseditError(
        .badData, "\(promptFile): expected a prompt in UTF-8 of at most 1 MiB, found \(data.count) bytes")
    }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
