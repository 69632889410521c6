#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import Checkpoints
import Layers
import Tensors

/// Two linear layers with SiLU between, which bring a small vector to the transformer's width.
struct EmbeddingMLP: Sendable {
  private let first: Linear
  private let second: Linear

  init(_ scope: WeightScope, inputs: Int, width: Int) throws {
    first = try Linear(scope["linear_1"], inputs: inputs, outputs: width, bias: true)
    second = try Linear(scope["linear_2"], inputs: width, outputs: width, bias: true)
  }

  /// (rows, inputs) to (rows, width).
  func callAsFunction(_ x: Tensor) -> Tensor { second(first(x, activation: .silu)) }
}

/// A time as a vector of cosines and sines (arXiv 1706.03762), brought to the transformer's width.
struct TimestepEmbedding: Sendable {
  private static let frequencies = 256

  private let embedder: EmbeddingMLP

  init(_ scope: WeightScope, width: Int) throws {
    embedder = try EmbeddingMLP(scope, inputs: Self.frequencies, width: width)
  }

  /// Times 0...1000 to (times, width).
  func callAsFunction(_ timesteps: [Float]) -> Tensor {
    embedder(Tensor(timesteps.flatMap(Self.waves), shape: [timesteps.count, Self.frequencies]))
  }

  /// Cosines, then sines, of t * 10000^(-i / 128). Angles are rounded to float as the reference rounds them, for a
  /// rounding there is worth 1e-4 at t = 1000.
  static func waves(_ timestep: Float) -> [Float] {
    let half = frequencies / 2
    let angles = (0..<half).map { index in
      timestep * Float(exp(Double(-Float(log(10_000.0)) * Float(index) / Float(half))))
    }
    return angles.map { Float(cos(Double($0))) } + angles.map { Float(sin(Double($0))) }
  }
}
