import Layers
import Tensors

/// Latents as tokens: squares of `patch` x `patch` pixels, in tile order.
struct PatchGrid {
  let order: TileOrder
  private let patch: Int

  /// A latent picture of `height` x `width` pixels, both multiples of `patch`.
  init(height: Int, width: Int, patch: Int) {
    order = TileOrder(height: height / patch, width: width / patch)
    self.patch = patch
  }

  var count: Int { order.count }

  /// For each token its position on the axes (index, y, x).
  var positions: [[Int]] { order.raster.map { [0, $0 / order.width, $0 % order.width] } }

  /// Places of the tokens of a rectangle in the middle, as like the picture as can be, that holds this share of all;
  /// at least one.
  func middle(share: Double) -> [Int] {
    func span(_ length: Int) -> Range<Int> {
      let wanted = min(length, max(1, Int((Double(length) * share.squareRoot()).rounded())))
      return (length - wanted) / 2..<(length - wanted) / 2 + wanted
    }
    let (rows, columns) = (span(order.height), span(order.width))
    return order.raster.indices.filter {
      rows.contains(order.raster[$0] / order.width) && columns.contains(order.raster[$0] % order.width)
    }
  }

  /// (C, H, W) to (tokens, patch * patch * C), channel last in a patch.
  func patchify(_ latents: Tensor) -> Tensor {
    let channels = latents.shape[0]
    let source = latents.values
    var tokens = [Float](repeating: 0, count: source.count)
    forEachElement(channels: channels) { token, pixel in tokens[token] = source[pixel] }
    return Tensor(tokens, shape: [count, patch * patch * channels])
  }

  /// (tokens, patch * patch * C) to (C, H, W).
  func unpatchify(_ tokens: Tensor) -> Tensor {
    let channels = tokens.shape[1] / (patch * patch)
    let source = tokens.values
    var latents = [Float](repeating: 0, count: source.count)
    forEachElement(channels: channels) { token, pixel in latents[pixel] = source[token] }
    return Tensor(latents, shape: [channels, order.height * patch, order.width * patch])
  }

  /// Calls `body` with the place of each element among the tokens and in the picture.
  private func forEachElement(channels: Int, _ body: (Int, Int) -> Void) {
    let (height, width) = (order.height * patch, order.width * patch)
    var token = 0
    for index in order.raster {
      let (top, left) = (index / order.width * patch, index % order.width * patch)
      for y in top..<top + patch {
        for x in left..<left + patch {
          for channel in 0..<channels {
            body(token, (channel * height + y) * width + x)
            token += 1
          }
        }
      }
    }
  }
}
