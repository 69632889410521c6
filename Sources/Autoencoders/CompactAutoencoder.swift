package import Checkpoints
import Layers
package import Tensors

/// The bundled model's autoencoder: convolutions only, so that a part of a picture, and a picture on a torus,
/// comes out exactly as the whole would.
///
/// Pictures are (3, H, W) in -1...1, latents (16, H / 8, W / 8), normalised per channel. A picture of any size is
/// worked on in tiles that overlap by the network's reach; memory follows the tile.
/// Reference: `Training/sparsedit_training/autoencoder.py`.
package struct CompactAutoencoder: Sendable {
  package let configuration: CompactAutoencoderConfiguration
  private let encoder: CompactEncoder
  private let decoder: CompactDecoder
  /// Cells of the largest tile, its overlap included.
  private let tileArea: Int

  /// 1024 x 1024 pixels at a scale of 8: some 200 MB while a tile is decoded.
  package static let defaultTileArea = 128 * 128

  /// Takes the weights from `scope`; call `scope.finish()` afterwards. Throws `CheckpointError`.
  package init(
    _ configuration: CompactAutoencoderConfiguration, weights scope: WeightScope,
    tileArea: Int = defaultTileArea
  ) throws {
    self.configuration = configuration
    self.tileArea = tileArea
    encoder = try CompactEncoder(scope["encoder"], configuration)
    decoder = try CompactDecoder(scope["decoder"], configuration)
  }

  /// Opens the directory that holds `config.json` and the weights. Throws `CheckpointError`.
  package init(directory: String) throws {
    let configuration = try CompactAutoencoderConfiguration(contentsOf: "\(directory)/config.json")
    let scope = WeightScope(try Checkpoint(opening: directory))
    try self.init(configuration, weights: scope)
    try scope.finish()
  }

  /// A picture (3, H, W), H and W multiples of the scale, to latents (channels, H / scale, W / scale).
  ///
  /// - Parameters paddingX, paddingY: circular where the picture closes on itself. Throws `AutoencoderError`.
  package func encode(_ picture: Tensor, paddingX: Padding = .zero, paddingY: Padding = .zero) throws
    -> Tensor
  {
    let scale = configuration.scale
    guard picture.shape.count == 3, picture.shape[0] == configuration.inChannels,
      picture.shape[1] % scale == 0, picture.shape[2] % scale == 0, picture.count > 0
    else {
      throw AutoencoderError(
        input: "picture",
        expected: "(\(configuration.inChannels), H, W) with sides that are multiples of \(scale)",
        found: picture.shape)
    }
    let (height, width) = (picture.shape[1] / scale, picture.shape[2] / scale)
    var latents = Tensor(uninitialized: [configuration.latentChannels, height, width])
    for tile in tiles(height, width, configuration.encoderReach, paddingX, paddingY) {
      let source = picture.patch(rows: tile.rows.source * scale, columns: tile.columns.source * scale)
      let z = encoder(source.channelsLast(), paddingX: tile.columns.padding, paddingY: tile.rows.padding)
      let normal = z.channelsFirst().normalized(by: configuration, inverse: false)
      latents.place(normal, rows: tile.rows, columns: tile.columns)
    }
    return latents
  }

  /// Latents (channels, h, w) to a picture (3, h * scale, w * scale), about -1...1, not clipped.
  ///
  /// - Parameters paddingX, paddingY: circular where the picture closes on itself. Throws `AutoencoderError`.
  package func decode(_ latents: Tensor, paddingX: Padding = .zero, paddingY: Padding = .zero) throws
    -> Tensor
  {
    guard latents.shape.count == 3, latents.shape[0] == configuration.latentChannels, latents.count > 0 else {
      throw AutoencoderError(
        input: "latents", expected: "(\(configuration.latentChannels), h, w)", found: latents.shape)
    }
    let scale = configuration.scale
    let (height, width) = (latents.shape[1], latents.shape[2])
    var picture = Tensor(uninitialized: [configuration.inChannels, height * scale, width * scale])
    for tile in tiles(height, width, configuration.decoderReach, paddingX, paddingY) {
      let z = latents.patch(rows: tile.rows.source, columns: tile.columns.source)
        .normalized(by: configuration, inverse: true)
      let part = decoder(z.channelsLast(), paddingX: tile.columns.padding, paddingY: tile.rows.padding)
      picture.place(part.channelsFirst(), rows: tile.rows * scale, columns: tile.columns * scale)
    }
    return picture
  }

  private func tiles(
    _ height: Int, _ width: Int, _ reach: Int, _ paddingX: Padding, _ paddingY: Padding
  ) -> [Tile] {
    Tile.cover(
      height: height, width: width, reach: reach, area: tileArea, paddingX: paddingX, paddingY: paddingY)
  }
}

extension Tensor {
  /// (x - mean) / std for each channel of (C, h, w), or the other way round.
  fileprivate func normalized(by configuration: CompactAutoencoderConfiguration, inverse: Bool) -> Tensor {
    let plane = shape[1] * shape[2]
    var result = self
    unsafe result.withUnsafeMutableBuffer { values in
      for channel in 0..<configuration.latentChannels {
        let (mean, std) = (configuration.latentsMean[channel], configuration.latentsStd[channel])
        for index in channel * plane..<(channel + 1) * plane {
          unsafe values[index] = unsafe inverse ? values[index] * std + mean : (values[index] - mean) / std
        }
      }
    }
    return result
  }
}
