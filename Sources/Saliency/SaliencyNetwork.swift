import Tensors

/// A network that says of each pixel how much it belongs to the subject.
protocol SaliencyNetwork: Sendable {
  /// A picture (H, W, 3), normalised, to the map (H, W) in 0...1.
  func callAsFunction(_ picture: Tensor) -> Tensor
  /// Pixels of the picture along the side of one of the map's before it is enlarged.
  var stride: Int { get }
}
