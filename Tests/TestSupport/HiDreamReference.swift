import Checkpoints
package import Tensors

/// Tensors that diffusers made with a tiny HiDream-I1.
package struct HiDreamReference: Sendable {
  package let name: String
  private let file: SafetensorsFile

  package init(_ name: String) throws {
    self.name = name
    file = try SafetensorsFile(path: HiDreamFixture.reference(name))
  }

  package func contains(_ name: String) -> Bool { file.contains(name) }

  package func tensor(_ name: String) throws -> Tensor {
    guard let tensor = try file.tensor(name) else { throw MissingTensor(name: name) }
    return tensor
  }

  package func ids(_ name: String) throws -> [Int] { try tensor(name).values.map { Int($0) } }

  /// Without its batch axis.
  package func latents(_ name: String) throws -> Tensor {
    let tensor = try tensor(name)
    return tensor.reshaped(Array(tensor.shape.dropFirst()))
  }

  private struct MissingTensor: Error {
    let name: String
  }
}

/// The root mean square difference of two tensors relative to the second.
package func relativeDifference(_ found: Tensor, _ expected: Tensor) -> Double {
  guard found.shape == expected.shape else { return .infinity }
  var (difference, size) = (0.0, 0.0)
  for (a, b) in zip(found.values, expected.values) {
    difference += Double(a - b) * Double(a - b)
    size += Double(b) * Double(b)
  }
  return (difference / size).squareRoot()
}
