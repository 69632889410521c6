import Checkpoints
import Foundation
import Layers
import Tensors
import Testing

@testable import DiffusionTransformers

/// A tiny random model and one case of inputs with diffusers' output; made by Tests/Reference/hidream_fixtures.py.
struct Fixture {
  let directory: String
  let casePath: String

  init(_ model: String, _ name: String) throws {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/\(model)", withExtension: nil))
    directory = url.path
    casePath = "\(directory)/\(name).safetensors"
  }

  func transformer() throws -> HiDreamTransformer { try HiDreamTransformer(directory: directory) }

  func expected() throws -> Tensor {
    try #require(try SafetensorsFile(path: casePath).tensor("output"))
  }

  /// The case's sequences in one ragged batch.
  func inputs(_ transformer: HiDreamTransformer) throws -> [HiDreamInput] {
    try ForwardInputs(path: casePath).sequences(for: transformer)
  }
}

/// |found - expected| / |expected| over all elements.
func relativeError(_ found: [Float], _ expected: [Float]) -> Double {
  guard found.count == expected.count else { return .infinity }
  var error = 0.0
  var norm = 0.0
  for (a, b) in zip(found, expected) {
    error += Double(a - b) * Double(a - b)
    norm += Double(b) * Double(b)
  }
  return (error / norm).squareRoot()
}

/// A dense forward of all `inputs`.
func dense(_ transformer: HiDreamTransformer, _ inputs: [HiDreamInput]) throws -> [[Float]] {
  var sparse = SparseAttention(sparsity: 0)
  return try transformer(inputs, sparse: &sparse).map(\.values)
}
