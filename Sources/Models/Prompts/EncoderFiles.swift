import Checkpoints
import Foundation
import Tokenizers

/// A text encoder on disk: opened when it is used, and let go afterwards.
struct EncoderFiles<Configuration: Sendable>: Sendable {
  let part: ModelPart
  let weights: String
  let configuration: Configuration
  private let tokenizerPath: String

  /// Reads the configuration, so that a misfit shows before any work. Throws what `read` throws.
  init(
    _ part: ModelPart, _ place: HiDreamLayout.Place, _ read: (Checkpoint) throws -> Configuration
  ) throws {
    self.part = part
    weights = place.weights
    tokenizerPath = place.tokenizer ?? place.weights
    configuration = try read(try Checkpoint(opening: place.weights))
  }

  /// Builds the network by `build`, its weights left in the file and converted as they are used: an encoder runs once
  /// or twice, and the largest is larger than the memory of most machines.
  func open<Network>(_ build: (Configuration, WeightScope) throws -> Network) throws -> Network {
    let scope = WeightScope(try Checkpoint(opening: weights), residency: .streamed)
    let network = try build(configuration, scope)
    try scope.finish(allowingUnused: true)
    return network
  }

  /// The tokenizer, and the token that fills a prompt up.
  ///
  /// - Parameter padding: which of the tokenizer's special tokens that is, and what it is called where no file says.
  func tokenizer(padding: PaddingToken) throws -> PromptTokenizer {
    try PromptTokenizer(path: tokenizerPath, padding: padding)
  }

  /// Changes when any file of the encoder does.
  var identity: String {
    get throws { try FileIdentity.text(of: [weights, tokenizerPath]) }
  }
}
