import Checkpoints
import Foundation
import Tensors

@testable import DiffusionTransformers

/// A small transformer of random weights whose rows are whole blocks of every quantized type: two heads of 128, one
/// block of each kind, two experts.
struct SyntheticTransformer {
  static let width = 256
  let weights: [(name: String, tensor: Tensor)]

  init(seed: UInt64) {
    var random = LinearNoise(state: seed)
    let width = Self.width
    var weights: [(String, Tensor)] = []
    func add(_ name: String, _ shape: [Int], around center: Float = 0) {
      let scale = shape.count == 1 ? 0.1 : 1 / Float(shape[1]).squareRoot()
      let values = (0..<shape.reduce(1, *)).map { _ in center + scale * random.next() }
      weights.append((name, Tensor(values, shape: shape)))
    }
    func linear(_ name: String, _ outputs: Int, _ inputs: Int, bias: Bool = true) {
      add("\(name).weight", [outputs, inputs])
      if bias { add("\(name).bias", [outputs]) }
    }
    func attention(_ place: String, _ suffix: String = "") {
      for part in ["q", "k", "v", "out"] { linear("\(place).attn1.to_\(part)\(suffix)", width, width) }
      for part in ["q", "k"] { add("\(place).attn1.\(part)_rms_norm\(suffix).weight", [width], around: 1) }
    }
    func feedForward(_ place: String) {
      for part in ["w1", "w2", "w3"] { linear("\(place).\(part)", width, width, bias: false) }
    }
    func mixture(_ place: String) {
      linear("\(place).gate", 2, width, bias: false)
      for part in ["experts.0", "experts.1", "shared_experts"] { feedForward("\(place).\(part)") }
    }
    linear("t_embedder.timestep_embedder.linear_1", width, 256)
    linear("t_embedder.timestep_embedder.linear_2", width, width)
    linear("p_embedder.pooled_embedder.linear_1", width, 256)
    linear("p_embedder.pooled_embedder.linear_2", width, width)
    linear("x_embedder.proj", width, 16)
    for index in 0...2 { linear("caption_projection.\(index).linear", width, 256, bias: false) }
    let dual = "double_stream_blocks.0.block"
    linear("\(dual).adaLN_modulation.1", 12 * width, width)
    attention(dual)
    attention(dual, "_t")
    mixture("\(dual).ff_i")
    feedForward("\(dual).ff_t")
    let single = "single_stream_blocks.0.block"
    linear("\(single).adaLN_modulation.1", 6 * width, width)
    attention(single)
    mixture("\(single).ff_i")
    linear("final_layer.adaLN_modulation.1", 2 * width, width)
    linear("final_layer.linear", 16, width)
    self.weights = weights
  }

  /// The forward of the model at `path` for inputs that do not change.
  static func output(
    of path: String, residency: WeightResidency = .packed, adapters: [AdapterRequest] = []
  ) throws -> [Float] {
    let checkpoint = try HiDreamTransformer.checkpoint(path).applying(adapters)
    let transformer = try HiDreamTransformer(checkpoint, residency: residency)
    var random = LinearNoise(state: 77)
    func noise(_ shape: [Int]) -> Tensor {
      Tensor((0..<shape.reduce(1, *)).map { _ in random.next() }, shape: shape)
    }
    let prompt = try transformer.prepare(
      HiDreamConditioning(t5: noise([3, 256]), llama: noise([32, 5, 256]), pooled: noise([256])))
    let input = HiDreamInput(latents: noise([4, 8, 8]), timestep: 500, prompt: prompt)
    return try dense(transformer, [input]).flatMap { $0 }
  }
}

/// Uniform numbers in -1.7...1.7, of unit variance.
struct LinearNoise {
  var state: UInt64
  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (Float(state >> 40) / Float(1 << 23) - 1) * 1.7320508
  }
}
