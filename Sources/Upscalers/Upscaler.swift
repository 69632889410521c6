import Layers
package import Tensors

/// A network that enlarges pictures by a whole number, from a file of weights.
///
/// Pictures are (H, W, 3), sRGB-encoded, 0...1; what lies outside that range is enlarged by cubic interpolation and
/// added. A picture of any size is worked on in tiles that overlap by what the network reaches; memory follows the tile.
package struct Upscaler: Sendable {
  private let network: any UpscalerNetwork
  /// Pixels of the largest tile, its overlap included.
  private let tileArea: Int

  /// Bytes that a tile may take while it is worked on, about.
  package static let defaultTileBytes = 160 << 20
  /// Bytes that a band of the result may take, about.
  private static let bandBytes = 64 << 20
  /// The most that tiles overlap by on a side, in pixels of the picture.
  ///
  /// Networks of residual dense blocks reach over hundreds of pixels, by ever less: see `overlap`.
  static let widestOverlap = 32

  init(_ network: any UpscalerNetwork, tileBytes: Int = defaultTileBytes) {
    self.network = network
    tileArea = max(1, tileBytes / (4 * network.floatsPerPixel))
  }

  /// What the network is, with its sizes.
  package var summary: String { network.summary }
  /// Pixels of the result along a pixel's side.
  package var scale: Int { network.scale }
  /// By how much tiles overlap, in pixels of the picture: what the network reaches, or as much as hides the tiles.
  package var overlap: Int {
    (min(network.reach, Self.widestOverlap) + network.unit - 1) / network.unit * network.unit
  }

  /// The whole of `picture` (H, W, 3) enlarged: (H * scale, W * scale, 3).
  ///
  /// - Parameters paddingX, paddingY: circular where the picture closes on itself.
  package func callAsFunction(_ picture: Tensor, paddingX: Padding = .zero, paddingY: Padding = .zero)
    -> Tensor
  {
    var rows = EnlargedBands(
      self, height: picture.shape[0], width: picture.shape[1], paddingX: paddingX, paddingY: paddingY)
    var bands: [Tensor] = []
    while let band = rows.next({ picture.rows($0) }) { bands.append(band) }
    return bands.count == 1 ? bands[0] : Tensor.concatenated(bands)
  }

  func grid(height: Int, width: Int, paddingX: Padding, paddingY: Padding) -> (
    rows: [Tile.Span], columns: [Tile.Span]
  ) {
    Tile.grid(
      height: height, width: width, reach: overlap, area: tileArea, paddingX: paddingX, paddingY: paddingY,
      rowsAtMost: max(network.unit, Self.bandBytes / (12 * scale * scale * width)), unit: network.unit)
  }

  /// One tile, (h, w, 3) to (h * scale, w * scale, 3).
  func tile(_ picture: Tensor, paddingX: Padding, paddingY: Padding) -> Tensor {
    let (inside, rest) = picture.splitAtUnitRange()
    let enlarged = network(inside, paddingX: paddingX, paddingY: paddingY)
    guard let rest else { return enlarged }
    let phases = cubicPhases(rest, factor: scale, paddingX: paddingX, paddingY: paddingY)
    return add(enlarged, pixelShuffle(phases, factor: scale))
  }
}

extension Tensor {
  /// The elements held to 0...1 and what is left of them, or nil where nothing is.
  fileprivate func splitAtUnitRange() -> (inside: Tensor, rest: Tensor?) {
    var (inside, exceeds) = (self, false)
    unsafe withUnsafeBuffer { values in
      exceeds = unsafe !values.allSatisfy { $0 >= 0 && $0 <= 1 }
    }
    guard exceeds else { return (self, nil) }
    unsafe inside.withUnsafeMutableBuffer { values in
      for index in values.indices { unsafe values[index] = min(1, max(0, values[index])) }
    }
    return (inside, subtract(self, inside))
  }
}
