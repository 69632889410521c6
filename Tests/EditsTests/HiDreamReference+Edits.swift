import Tensors
import TestSupport

@testable import Edits
@testable import Models

extension HiDreamReference {
  /// The noise that the reference's sampler drew, as `--noise` gives it.
  func noise() throws -> DiffusionSettings.GivenNoise {
    var fresh: [Tensor] = []
    while contains("noise.\(fresh.count)") { fresh.append(try latents("noise.\(fresh.count)")) }
    return .init(initial: try latents("latents"), fresh: fresh)
  }

  /// A model whose prompts are kept nowhere.
  func model() throws -> Model {
    var source = ModelSource(HiDreamFixture.directory(name))
    source.cachesPrompts = false
    return try Model(opening: source)
  }
}
