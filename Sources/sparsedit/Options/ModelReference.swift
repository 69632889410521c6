import Pipelines
import SparseditKit
import Tensors

/// Opens what `--model` names, for commands that use a part of it.
enum ModelReference {
  /// A model's name stands for its directory; a path stands for itself.
  static func directory(_ name: String) throws -> String {
    name == ModelLocator.bundledName ? try ModelLocator.directory(named: name) : name
  }
}

extension ModelOptions {
  func open() throws -> Model {
    if let threads { ThreadPool.threadCount = threads }
    return try Model(opening: model, compute: compute.choice.precision)
  }
}
