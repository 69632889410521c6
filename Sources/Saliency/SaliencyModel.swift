package import Checkpoints
package import Tensors

/// A network that finds a picture's subject, of whichever kind its weights are: U2-Net, U2-NetP and others of its
/// shape, or IS-Net.
package struct SaliencyModel: Sendable {
  package let configuration: SaliencyConfiguration
  private let network: any SaliencyNetwork

  /// Opens a checkpoint file, or the directory that holds one: safetensors, or the weights inside an ONNX file. Throws
  /// `CheckpointError`.
  package init(opening path: String) throws {
    // What training on several devices leaves before every name.
    try self.init(try Checkpoint(opening: path, removing: ["module."]))
  }

  /// Takes the weights of `checkpoint`. Throws `CheckpointError`.
  package init(_ checkpoint: Checkpoint) throws {
    let checkpoint = NestedUNetNames.published(checkpoint)
    let scope = WeightScope(checkpoint)
    let isFused = scope.contains("outconv.weight")
    network = try NestedUNet(checkpoint, scope)
    configuration = try checkpoint.configuration(
      classNames: [isFused ? "U2Net" : "ISNet"], orPublished: isFused ? .u2Net : .isNet)
    try scope.finish { name in
      // A norm's count of batches says nothing, and an IS-Net's coarser maps are for training.
      name.hasSuffix(".num_batches_tracked") || (!isFused && name.hasPrefix("side"))
    }
  }

  /// Pixels of what the network is given along the side of one of those that it tells apart.
  package var stride: Int { network.stride }

  /// A picture (S, S, 3) in 0...1, S being the configuration's `imageSize`, to the share of the subject in each pixel,
  /// (S, S) in 0...1.
  package func callAsFunction(_ picture: Tensor) -> Tensor {
    let size = configuration.imageSize
    precondition(picture.shape == [size, size, 3], "saliency: expected (\(size), \(size), 3)")
    return network(normalised(picture))
  }

  private func normalised(_ picture: Tensor) -> Tensor {
    var result = picture
    unsafe result.withUnsafeMutableBuffer { values in
      let largest = unsafe configuration.stretchesValues ? max(values.max() ?? 1, 1e-6) : 1
      for index in values.indices {
        let channel = index % 3
        unsafe values[index] =
          (values[index] / largest - configuration.imageMean[channel]) / configuration.imageStd[channel]
      }
    }
    return result
  }

  /// That a checkpoint is no network which is known here.
  static func unknown(_ checkpoint: Checkpoint, _ problem: String) -> CheckpointError {
    CheckpointError(
      .unsupported, path: checkpoint.path, problem: "\(problem), found other tensors",
      advice: "name the weights of a U2-Net, U2-NetP or IS-Net")
  }
}
