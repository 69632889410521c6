import ImageProcessing
import Images
import LatentEditing

/// Which prompt acts on which cells of a canvas: prompt 0 wherever no other does.
///
/// A window is asked once for each prompt that acts in it, and the answers are averaged by their shares at every
/// step (MultiDiffusion, arXiv 2302.08113).
struct PromptRegions {
  /// For each prompt its share of every cell, row by row; empty without regions.
  private let shares: [[Float]]
  private let canvas: Canvas

  init(_ prompts: [RegionalPrompt], canvas: Canvas) throws {
    self.canvas = canvas
    guard !prompts.isEmpty else {
      shares = []
      return
    }
    var rest = [Float](repeating: 1, count: canvas.width * canvas.height)
    var others: [[Float]] = []
    for prompt in prompts {
      let share = try prompt.share.resized(width: canvas.width, height: canvas.height, filter: .area).values
      for cell in rest.indices { rest[cell] -= share[cell] }
      others.append(share)
    }
    // Below a thousandth it is rounding, not a share.
    shares = [rest.map { $0 < 1e-3 ? 0 : $0 }] + others
  }

  /// The windows, once for each prompt that acts in them.
  func divide(_ windows: [EditWindow]) -> [EditWindow] {
    guard !shares.isEmpty else { return windows }
    return windows.flatMap { window in
      shares.indices.compactMap { prompt in
        let region = cells(of: window.rect).map { shares[prompt][$0] }
        guard region.contains(where: { $0 > 0 }) else { return nil }
        return EditWindow(rect: window.rect, weights: window.weights, region: region, prompt: prompt)
      }
    }
  }

  private func cells(of rect: CellRect) -> [Int] {
    (0..<rect.height).flatMap { row in
      (0..<rect.width).map { (rect.y + row) * canvas.width + rect.x + $0 }
    }
  }
}
