package import Checkpoints
import Layers
import Tensors

/// The bundled model's text encoder: one small bidirectional transformer feeds every text input that the HiDream
/// transformer takes.
///
/// Registers go before the text; no token is padding, and no prompt is too long.
/// Reference: `Training/sparsedit_training/text_encoder.py`.
package struct CompactTextEncoder: Sendable {
  package let configuration: CompactTextEncoderConfiguration
  private let embed: Embedding
  /// (registers, width)
  private let registers: Tensor
  private let layers: [CompactTextLayer]
  private let norm: RMSNorm
  private let pool: Linear

  /// Takes the weights from `scope`; call `scope.finish()` afterwards. Throws `CheckpointError`.
  package init(_ configuration: CompactTextEncoderConfiguration, weights scope: WeightScope) throws {
    self.configuration = configuration
    let width = configuration.hiddenSize
    embed = try Embedding(scope["embed"], count: configuration.vocabSize, width: width)
    registers = try scope.values("registers", shape: [configuration.numRegisters, width])
    layers = try (0..<configuration.numLayers).map { index in
      try CompactTextLayer(scope["layers"][index], configuration)
    }
    norm = try RMSNorm(scope["norm"], width: width, epsilon: Float(configuration.rmsNormEps))
    pool = try Linear(scope["pool"], inputs: width, outputs: configuration.pooledSize, bias: true)
  }

  /// Opens the directory that holds `config.json` and the weights. Throws `CheckpointError`.
  package init(directory: String) throws {
    let configuration = try CompactTextEncoderConfiguration(contentsOf: "\(directory)/config.json")
    let scope = WeightScope(try Checkpoint(opening: directory))
    try self.init(configuration, weights: scope)
    try scope.finish()
  }

  /// The states of a prompt.
  ///
  /// - Parameter ids: the prompt's tokens, without the one that begins a text. None is the unconditional prompt.
  ///
  /// Throws `TextEncoderError` for an id that the model does not have.
  package func callAsFunction(_ ids: [Int]) throws -> CompactTextStates {
    let count = configuration.numRegisters
    let tokens = [configuration.bosTokenID] + ids
    // (registers + tokens, width); registers stand at the origin, the text begins at 1.
    var x = joined([registers, try embed(tokens, encoder: "CompactTextEncoder")])
    let positions = Array(repeating: 0, count: count) + Array(1...tokens.count)
    let rotary = RotaryTable(
      positions: positions.map { [$0] }, axes: [configuration.headDim], headDim: configuration.headDim,
      theta: configuration.ropeTheta)

    var states: [Tensor] = []
    for (index, layer) in layers.enumerated() {
      layer(&x, rotary)
      if index < layers.count - 1 { states.append(x.rows(0..<count)) }
    }
    x = norm(x)
    states.append(x.rows(0..<count))
    let text = x.rows(count..<count + tokens.count)
    return CompactTextStates(
      t5: text,
      llama: Tensor.concatenated(states).reshaped([layers.count, count, configuration.hiddenSize]),
      pooled: pool(text.meanRow()).reshaped([configuration.pooledSize]))
  }
}

extension Tensor {
  /// The mean of all rows, (1, width).
  fileprivate func meanRow() -> Tensor {
    let (rows, width) = matrixShape
    var sums = [Double](repeating: 0, count: width)
    unsafe withUnsafeBuffer { values in
      for index in 0..<rows * width { unsafe sums[index % width] += Double(values[index]) }
    }
    return Tensor(sums.map { Float($0 / Double(rows)) }, shape: [1, width])
  }
}
