package import Checkpoints
import Layers
package import Tensors

/// The autoencoder of FLUX and HiDream-I1 (arXiv 2112.10752), with the names of diffusers' `AutoencoderKL` or those
/// of FLUX's own file.
///
/// Pictures are (3, H, W) in -1...1, latents (16, H / 8, W / 8), scaled and shifted as the transformer takes them.
/// Its attention and group norms see the whole picture, so a part does not come out as the whole would.
package struct AutoencoderKL: Sendable {
  package let configuration: AutoencoderKLConfiguration
  private let encoder: KLEncoder
  private let decoder: KLDecoder
  private let quantize: Conv2D?
  private let unquantize: Conv2D?

  /// Takes the weights from `scope`; call `scope.finish()` afterwards. Throws `CheckpointError`.
  package init(_ configuration: AutoencoderKLConfiguration, weights scope: WeightScope) throws {
    let channels = configuration.latentChannels
    self.configuration = configuration
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
    let padding = PicturePadding(x: paddingX, y: paddingY)
    var moments = encoder(picture.channelsLast(), padding)
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
    let padding = PicturePadding(x: paddingX, y: paddingY)
    var z = latents.mapped { $0 / configuration.scalingFactor + configuration.shiftFactor }.channelsLast()
    if let unquantize { z = unquantize(z) }
    return decoder(z, padding).channelsFirst()
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
