import LatentEditing
import Tensors

extension Wrap {
  /// What an autoencoder's convolutions read beyond the left and right borders.
  var paddingX: Padding { closesX ? .circular : .zero }
  /// What they read beyond the upper and lower borders.
  var paddingY: Padding { closesY ? .circular : .zero }
}
