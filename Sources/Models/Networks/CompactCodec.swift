import Autoencoders
import LatentEditing
import Tensors

/// The compact autoencoder as the editing core asks it.
struct CompactCodec: LatentCodec, Sendable {
  let autoencoder: CompactAutoencoder

  var latentChannels: Int { autoencoder.configuration.latentChannels }
  var scale: Int { autoencoder.configuration.scale }
  var reach: CodecReach? {
    CodecReach(
      encoder: autoencoder.configuration.encoderReach, decoder: autoencoder.configuration.decoderReach)
  }

  func encode(_ picture: Tensor, wrap: Wrap) throws -> Tensor {
    try autoencoder.encode(picture, paddingX: wrap.paddingX, paddingY: wrap.paddingY)
  }

  func decode(_ latents: Tensor, wrap: Wrap) throws -> Tensor {
    try autoencoder.decode(latents, paddingX: wrap.paddingX, paddingY: wrap.paddingY)
  }
}
