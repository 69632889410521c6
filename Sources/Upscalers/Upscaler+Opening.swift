import Checkpoints
import Layers
import Tensors

extension Upscaler {
  /// Class names that a configuration beside the weights may state.
  static let className = "CompactUpscaler"
  /// What trainers put before the names.
  private static let prefixes = ["module.", "netG.", "model_g.", "generator."]

  /// Opens a file of weights (safetensors, `.pth`, `.pt`) or the folder of a network; what it is, and its sizes, are
  /// found from names and shapes. Throws `CheckpointError`.
  package init(opening path: String, tileBytes: Int = defaultTileBytes) throws {
    let checkpoint = try Checkpoint(opening: path, removing: Self.prefixes)
    let scope = WeightScope(checkpoint)
    let network = try Self.network(checkpoint, scope)
    try scope.finish()
    self.init(network, tileBytes: tileBytes)
  }

  private static func network(_ checkpoint: Checkpoint, _ scope: WeightScope) throws -> any UpscalerNetwork {
    if checkpoint.contains("head.weight"), checkpoint.contains("tail.weight") {
      return try CompactUpscaler(scope, checkpoint)
    }
    if let names = RRDBNames(checkpoint) { return try RRDBNet(scope, checkpoint, names) }
    if checkpoint.contains("block_1.c1_r.eval_conv.weight") || checkpoint.contains("block_1.c1_r.sk.weight") {
      return try SPAN(scope, checkpoint)
    }
    if checkpoint.contains("body.0.weight"), checkpoint.contains("body.2.weight") {
      return try SRVGGNetCompact(scope, checkpoint)
    }
    throw CheckpointError(
      .unsupported, path: checkpoint.path,
      problem: "expected an upscaler (ESRGAN, Real-ESRGAN, SRVGGNetCompact, SPAN), found "
        + "\(checkpoint.names.count) tensors of something else (\(checkpoint.names.prefix(3).joined(separator: ", ")))",
      advice: "name a model file of one of these kinds")
  }
}

extension Checkpoint {
  /// The extent of axis `axis` of a tensor. Throws `CheckpointError` where there is none or it is beyond reason.
  func extent(_ axis: Int, of name: String) throws -> Int {
    guard let shape = shape(of: name), axis < shape.count, (1...8192).contains(shape[axis]) else {
      throw CheckpointError(
        .invalidContent, path: path,
        problem: "expected \"\(name)\" with 1 to 8192 on axis \(axis), found "
          + (shape(of: name).map { "\($0)" } ?? "none"),
        advice: "name a whole model file")
    }
    return shape[axis]
  }

  /// How often `name` is there for 0, 1, 2 and so on.
  func count(_ name: (Int) -> String) -> Int {
    var count = 0
    while contains(name(count)) { count += 1 }
    return count
  }

  /// The factor by which a shuffle enlarges that makes three channels of `channels`. Throws `CheckpointError`.
  func shuffleFactor(channels: Int, of name: String) throws -> Int {
    guard let factor = (1...16).first(where: { $0 * $0 * 3 == channels }) else {
      throw unfit("expected 3 channels times a square from \"\(name)\", found \(channels)")
    }
    return factor
  }

  func unfit(_ problem: String) -> CheckpointError {
    CheckpointError(
      .unsupported, path: path, problem: problem, advice: "name a model for pictures of three channels")
  }
}
