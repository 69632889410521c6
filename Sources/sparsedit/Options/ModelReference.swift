import Pipelines
import SparseditKit
import Tensors

/// Opens what `--model` names, for commands that use a part of it.
enum ModelReference {
  /// A model's name stands for its directory; a path stands for itself.
  static func directory(_ name: String) throws -> String {
    name == ModelLocator.bundledName ? try ModelLocator.path(named: name) : name
  }
}

extension ModelOptions {
  /// What the flags name, for a command that uses a part of it, but not the transformer.
  func source() throws -> ModelSource {
    guard adapters.lora.isEmpty else {
      throw SparseditError(
        .usage, "--lora changes the transformer, which this command does not run; leave it out")
    }
    if let threads { ThreadPool.threadCount = threads }
    return try configuration.source
  }
}
