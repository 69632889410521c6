package import LatentEditing
package import Tensors

extension Wrap {
  /// What convolutions read beyond the left and right borders.
  package var paddingX: Padding { closesX ? .circular : .zero }
  /// What they read beyond the upper and lower borders.
  package var paddingY: Padding { closesY ? .circular : .zero }
}
