package import Tensors

/// An autoencoder: pictures to latents and back.
///
/// Pictures are (3, height, width) in -1...1, latents (channels, height / scale, width / scale) as the denoiser
/// takes them, normalised.
package protocol LatentCodec {
  var latentChannels: Int { get }
  /// Pixels along a latent cell's side.
  var scale: Int { get }
  /// How far, in latent cells, a cell can be influenced from, or nil where every cell depends on all.
  var reach: CodecReach? { get }

  /// - Parameters:
  ///   - picture: sides are multiples of `scale`.
  ///   - wrap: axes on which the picture closes on itself; elsewhere borders are padded as in training.
  mutating func encode(_ picture: Tensor, wrap: Wrap) throws -> Tensor
  mutating func decode(_ latents: Tensor, wrap: Wrap) throws -> Tensor
}

/// Half-widths of an autoencoder's receptive field, in latent cells, rounded up.
package struct CodecReach: Sendable, Equatable {
  package let encoder: Int
  package let decoder: Int

  package init(encoder: Int, decoder: Int) {
    self.encoder = encoder
    self.decoder = decoder
  }
}
