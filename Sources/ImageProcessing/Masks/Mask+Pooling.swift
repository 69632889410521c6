package import Images

extension Mask {
  /// The largest value under each latent cell, the cells of a patch taken together.
  ///
  /// The mask may be of any size: it is laid over the cells whole, and a pixel counts for every patch that it
  /// touches, so that no selected pixel is lost when the model sees the picture smaller than it is.
  ///
  /// - Parameters:
  ///   - width: cells across, a multiple of `patch`; `height` likewise.
  ///   - patch: latent cells along a token: the model cannot change less.
  package func pooled(width cellsAcross: Int, height cellsDown: Int, patch: Int) throws -> Mask {
    guard width > 0, height > 0, patch > 0, cellsAcross > 0, cellsDown > 0, cellsAcross % patch == 0,
      cellsDown % patch == 0
    else {
      throw ImageProcessingError.parameter(
        name: "the size in latent cells", expected: "a multiple of \(patch) on both sides",
        found: "\(cellsAcross) x \(cellsDown) for a mask of \(width) x \(height)")
    }
    let across = cellsAcross / patch
    let down = cellsDown / patch
    let columns = (0..<width).map { Self.patches(under: $0, of: width, count: across) }
    var patches = [Float](repeating: 0, count: across * down)
    for y in 0..<height {
      let rows = Self.patches(under: y, of: height, count: down)
      for x in 0..<width {
        let value = values[y * width + x]
        guard value > 0 else { continue }
        for row in rows {
          for column in columns[x] {
            patches[row * across + column] = max(patches[row * across + column], value)
          }
        }
      }
    }
    var result = Mask(width: cellsAcross, height: cellsDown)
    for y in 0..<cellsDown {
      for x in 0..<cellsAcross { result[x, y] = patches[y / patch * across + x / patch] }
    }
    return result
  }

  /// The patches that pixel `index` of `length` touches when the pixels are laid over `count` patches.
  private static func patches(under index: Int, of length: Int, count: Int) -> Range<Int> {
    let first = index * count / length
    let end = ((index + 1) * count + length - 1) / length
    return first..<end
  }
}
