import Checkpoints

/// The places of a `NestedUNet`'s convolutions in the order in which they are computed: how the weights of an ONNX
/// file are told that were renamed when it was exported.
enum NestedUNetNames {
  /// All stages' layers; not the first convolution of IS-Net, the maps and what fuses them.
  private static let layers: [String] = {
    let down = NestedUNet.heights.indices.flatMap { places("stage\($0 + 1)", height: NestedUNet.heights[$0]) }
    let up = (0..<5).reversed().flatMap { places("stage\($0 + 1)d", height: NestedUNet.heights[$0]) }
    return down + up
  }()

  private static func places(_ stage: String, height: Int) -> [String] {
    let depth = RSU.depth(height: height)
    let names =
      ["rebnconvin"] + (1...depth).map { "rebnconv\($0)" } + (1..<depth).reversed().map { "rebnconv\($0)d" }
    return names.map { "\(stage).\($0)" }
  }

  /// `checkpoint` under the names of the published weights: itself where it has them, and where it is no ONNX file of
  /// such a network.
  static func published(_ checkpoint: Checkpoint) -> Checkpoint {
    let convolutions = checkpoint.operations.filter { $0.kind == "Conv" && (2...3).contains($0.inputs.count) }
    let norms = checkpoint.operations.filter { $0.kind == "BatchNormalization" && $0.inputs.count == 5 }
    guard !convolutions.isEmpty, !checkpoint.contains("\(layers[0]).conv_s1.weight") else {
      return checkpoint
    }
    let inner = layers.map { "\($0).conv_s1" }
    let sides = (1...6).map { "side\($0)" }
    // U2-Net ends with the only convolution of size 1; an IS-Net may have been exported without its coarser maps.
    let last = convolutions.last.flatMap { checkpoint.shape(of: $0.inputs[1]) }
    let order = last?.last == 1 ? inner + sides + ["outconv"] : ["conv_in"] + inner + sides
    guard convolutions.count <= order.count, norms.isEmpty || norms.count == layers.count else {
      return checkpoint
    }
    var originals: [String: String] = [:]
    for (place, convolution) in zip(order, convolutions) {
      for (part, original) in zip(["weight", "bias"], convolution.inputs.dropFirst()) {
        originals["\(place).\(part)"] = original
      }
    }
    // Exporters fold the norms into the convolutions, unless they were told not to.
    for (layer, norm) in zip(layers, norms) {
      let parts = ["weight", "bias", "running_mean", "running_var"]
      for (part, original) in zip(parts, norm.inputs.dropFirst()) {
        originals["\(layer).bn_s1.\(part)"] = original
      }
    }
    return checkpoint.renamed(originals)
  }
}
