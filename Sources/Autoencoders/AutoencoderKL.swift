package import Checkpoints
import Layers
package import Tensors

/// The autoencoder of FLUX and HiDream-I1 (arXiv 2112.10752), with the names of diffusers' `AutoencoderKL` or those
/// of FLUX's own file.
///
/// Pictures are (3, H, W) in -1...1, latents (16, H / 8, W / 8), scaled and shifted as the transformer takes them.
/// Its attention and group norms see the whole picture. One of more than `tileArea` cells is therefore worked on in
/// two passes: a sample of it, pieces of the full resolution side by side, fixes what norms and attention take from
/// the whole; then come tiles that overlap by the network's reach, which leave no seam. Memory follows the tile.
package struct AutoencoderKL: Sendable {
  package let configuration: AutoencoderKLConfiguration
  private let encoder: KLEncoder
  private let decoder: KLDecoder
  private let quantize: Conv2D?
  private let unquantize: Conv2D?
  /// Cells of the largest tile, its overlap included.
  private let tileArea: Int

  /// 1024 x 1024 pixels at a scale of 8.
  package static let defaultTileArea = 128 * 128

  /// Takes the weights from `scope`; call `scope.finish()` afterwards. Throws `CheckpointError`.
  package init(
    _ configuration: AutoencoderKLConfiguration, weights scope: WeightScope, tileArea: Int = defaultTileArea
  ) throws {
    let channels = configuration.latentChannels
    self.configuration = configuration
    self.tileArea = max(1, tileArea)
    let names = KLNames(scope)
    encoder = try KLEncoder(scope["encoder"], configuration, names)
    decoder = try KLDecoder(scope["decoder"], configuration, names)
    quantize =
      configuration.useQuantConv
      ? try Conv2D(scope["quant_conv"], inChannels: 2 * channels, outChannels: 2 * channels, size: 1) : nil
    unquantize =
      configuration.usePostQuantConv
      ? try Conv2D(scope["post_quant_conv"], inChannels: channels, outChannels: channels, size: 1) : nil
  }

  /// A picture (3, H, W), H and W multiples of the scale, to the mean of its latents, (channels, H / scale,
  /// W / scale): (z - shift) * scaling.
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
    guard height * width > tileArea else {
      var own = KLStatistics.own
      return means(of: picture, PicturePadding(x: paddingX, y: paddingY), &own)
    }
    var whole = KLStatistics.recording
    let sample = PictureSample(height: height, width: width, area: tileArea)
    _ = means(of: sample.cut(picture, scale: scale), PicturePadding(x: .zero, y: .zero), &whole)
    return encode(picture, by: whole, PicturePadding(x: paddingX, y: paddingY))
  }

  /// Tile by tile, norms and attention going by `whole`.
  func encode(_ picture: Tensor, by whole: KLStatistics, _ padding: PicturePadding) -> Tensor {
    let scale = configuration.scale
    let (height, width) = (picture.shape[1] / scale, picture.shape[2] / scale)
    var latents = Tensor(uninitialized: [configuration.latentChannels, height, width])
    for tile in tiles(height, width, configuration.encoderReach, padding) {
      let source = picture.patch(rows: tile.rows.source * scale, columns: tile.columns.source * scale)
      var frozen = whole.frozen()
      let part = means(of: source, PicturePadding(x: tile.columns.padding, y: tile.rows.padding), &frozen)
      latents.place(part, rows: tile.rows, columns: tile.columns)
    }
    return latents
  }

  private func tiles(_ height: Int, _ width: Int, _ reach: Int, _ padding: PicturePadding) -> [Tile] {
    Tile.cover(
      height: height, width: width, reach: reach, area: tileArea, paddingX: padding.x, paddingY: padding.y)
  }

  /// The latents of a picture that is worked on at once.
  func means(of picture: Tensor, _ padding: PicturePadding, _ statistics: inout KLStatistics)
    -> Tensor
  {
    var moments = encoder(picture.channelsLast(), padding, &statistics)
    if let quantize { moments = quantize(moments) }
    // (h, w, 2 * channels): means, then the logarithms of variances.
    let mean = moments.columns(0..<configuration.latentChannels).channelsFirst()
    return mean.mapped { ($0 - configuration.shiftFactor) * configuration.scalingFactor }
  }

  /// Latents (channels, h, w) to a picture (3, h * scale, w * scale), about -1...1, not clipped, from
  /// latents / scaling + shift.
  ///
  /// - Parameters paddingX, paddingY: circular where the picture closes on itself. Throws `AutoencoderError`.
  package func decode(_ latents: Tensor, paddingX: Padding = .zero, paddingY: Padding = .zero) throws
    -> Tensor
  {
    guard latents.shape.count == 3, latents.shape[0] == configuration.latentChannels, latents.count > 0 else {
      throw AutoencoderError(
        input: "latents", expected: "(\(configuration.latentChannels), h, w)", found: latents.shape)
    }
    let (height, width) = (latents.shape[1], latents.shape[2])
    guard height * width > tileArea else {
      var own = KLStatistics.own
      return pixels(of: latents, PicturePadding(x: paddingX, y: paddingY), &own)
    }
    var whole = KLStatistics.recording
    let sample = PictureSample(height: height, width: width, area: tileArea)
    _ = pixels(of: sample.cut(latents, scale: 1), PicturePadding(x: .zero, y: .zero), &whole)
    return decode(latents, by: whole, PicturePadding(x: paddingX, y: paddingY))
  }

  /// Tile by tile, norms and attention going by `whole`.
  func decode(_ latents: Tensor, by whole: KLStatistics, _ padding: PicturePadding) -> Tensor {
    let scale = configuration.scale
    let (height, width) = (latents.shape[1], latents.shape[2])
    var picture = Tensor(uninitialized: [configuration.outChannels, height * scale, width * scale])
    for tile in tiles(height, width, configuration.decoderReach, padding) {
      let source = latents.patch(rows: tile.rows.source, columns: tile.columns.source)
      var frozen = whole.frozen()
      let part = pixels(of: source, PicturePadding(x: tile.columns.padding, y: tile.rows.padding), &frozen)
      picture.place(part, rows: tile.rows * scale, columns: tile.columns * scale)
    }
    return picture
  }

  /// The picture of latents that are worked on at once.
  func pixels(of latents: Tensor, _ padding: PicturePadding, _ statistics: inout KLStatistics)
    -> Tensor
  {
    var z = latents.mapped { $0 / configuration.scalingFactor + configuration.shiftFactor }.channelsLast()
    if let unquantize { z = unquantize(z) }
    return decoder(z, padding, &statistics).channelsFirst()
  }
}

/// What convolutions read beyond each border.
struct PicturePadding: Sendable {
  var x: Padding
  var y: Padding
}

extension Tensor {
  fileprivate func mapped(_ transform: (Float) -> Float) -> Tensor {
    var result = self
    unsafe result.withUnsafeMutableBuffer { values in
      for index in 0..<values.count { unsafe values[index] = unsafe transform(values[index]) }
    }
    return result
  }
}
