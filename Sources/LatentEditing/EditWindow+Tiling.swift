extension EditWindow {
  /// Windows of one size that cover a canvas, evenly spread, each overlapping the next by at least `overlap`.
  ///
  /// On an axis that does not wrap, the first and last window touch the borders; on one that does, they go
  /// round. An axis no longer than the window gets one window of its own length. Starts are multiples of `patch`.
  ///
  /// - Parameters:
  ///   - size: sides of a window in cells, multiples of `patch`.
  ///   - overlap: cells shared with the neighbour, less than the side by at least one patch.
  package static func tiles(
    covering canvas: Canvas, width: Int, height: Int, overlap: Int, patch: Int,
    weights: WindowWeights = .gaussian, prompt: Int = 0
  ) throws -> [EditWindow] {
    let columns = try starts(
      length: canvas.width, window: width, overlap: overlap, patch: patch, closes: canvas.wrap.closesX)
    let rows = try starts(
      length: canvas.height, window: height, overlap: overlap, patch: patch, closes: canvas.wrap.closesY)
    return rows.flatMap { y in
      columns.map { x in
        EditWindow(
          rect: CellRect(x: x, y: y, width: min(width, canvas.width), height: min(height, canvas.height)),
          weights: weights, prompt: prompt)
      }
    }
  }

  private static func starts(
    length: Int, window: Int, overlap: Int, patch: Int, closes: Bool
  ) throws -> [Int] {
    guard patch > 0, window > 0, window % patch == 0, length > 0, length % patch == 0 else {
      throw EditingError.plan(
        field: "tile and canvas side", found: "\(window) and \(length) cells",
        expected: "multiples of the model's patch of \(patch) cells")
    }
    guard overlap >= 0, window - overlap >= patch else {
      throw EditingError.plan(
        field: "tile overlap", found: "\(overlap) cells",
        expected: "from 0 to \(window - patch), the tile's side less a patch")
    }
    guard window < length else { return [0] }
    // All in patches from here. Steps are rounded down evenly, so none exceeds the side less the overlap.
    let total = length / patch
    let side = window / patch
    let stride = (window - overlap) / patch
    let travel = closes ? total : total - side
    let steps = (travel + stride - 1) / stride
    let count = closes ? steps : steps + 1
    return (0..<count).map { $0 * travel / steps * patch }
  }
}
