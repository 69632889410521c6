import Autoencoders
import LatentEditing
import Tensors

/// HiDream-I1's autoencoder as the editing core asks it.
struct KLCodec: LatentCodec, Sendable {
  let autoencoder: AutoencoderKL

  var latentChannels: Int { autoencoder.configuration.latentChannels }
  var scale: Int { autoencoder.configuration.scale }
  /// Its attention and its group norms see the whole picture.
  var reach: CodecReach? { nil }

  func encode(_ picture: Tensor, wrap: Wrap) throws -> Tensor {
    try autoencoder.encode(picture, paddingX: wrap.paddingX, paddingY: wrap.paddingY)
  }

  func decode(_ latents: Tensor, wrap: Wrap) throws -> Tensor {
    try autoencoder.decode(latents, paddingX: wrap.paddingX, paddingY: wrap.paddingY)
  }
}
