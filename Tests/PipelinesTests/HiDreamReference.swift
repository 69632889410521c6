import Tensors
import TestSupport
import Testing

@testable import Checkpoints
@testable import Pipelines

/// Tensors that diffusers made with a tiny HiDream-I1.
struct HiDreamReference {
  let name: String
  private let file: SafetensorsFile

  init(_ name: String) throws {
    self.name = name
    file = try SafetensorsFile(path: HiDreamFixture.reference(name))
  }

  func tensor(_ name: String) throws -> Tensor { try #require(try file.tensor(name), "\(name)") }

  func ids(_ name: String) throws -> [Int] { try tensor(name).values.map { Int($0) } }

  /// Without its batch axis.
  func latents(_ name: String) throws -> Tensor {
    let tensor = try tensor(name)
    return tensor.reshaped(Array(tensor.shape.dropFirst()))
  }

  /// The noise that the reference's sampler drew, as `--noise` gives it.
  func noise() throws -> DiffusionSettings.GivenNoise {
    var fresh: [Tensor] = []
    while file.contains("noise.\(fresh.count)") { fresh.append(try latents("noise.\(fresh.count)")) }
    return .init(initial: try latents("latents"), fresh: fresh)
  }

  /// A model whose prompts are kept nowhere.
  func model() throws -> Model {
    var source = ModelSource(HiDreamFixture.directory(name))
    source.cachesPrompts = false
    return try Model(opening: source)
  }
}

/// The root mean square difference of two tensors relative to the second.
func relativeDifference(_ found: Tensor, _ expected: Tensor) -> Double {
  guard found.shape == expected.shape else { return .infinity }
  var (difference, size) = (0.0, 0.0)
  for (a, b) in zip(found.values, expected.values) {
    difference += Double(a - b) * Double(a - b)
    size += Double(b) * Double(b)
  }
  return (difference / size).squareRoot()
}
