import Tensors

/// A feed-forward network that enlarges pictures.
protocol UpscalerNetwork: Sendable {
  /// What the network is, with its sizes.
  var summary: String { get }
  /// Pixels of the result along a pixel's side.
  var scale: Int { get }
  /// How far from a pixel the picture still changes it, in pixels of the picture.
  var reach: Int { get }
  /// What parts of a picture begin at a multiple of, in pixels, to come out as in the whole.
  var unit: Int { get }
  /// Floats that the network holds at once for a pixel of the picture, about.
  var floatsPerPixel: Int { get }

  /// (H, W, 3) in 0...1 to (H * scale, W * scale, 3), about 0...1.
  func callAsFunction(_ picture: Tensor, paddingX: Padding, paddingY: Padding) -> Tensor
}
