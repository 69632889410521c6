import ImageProcessing
import Images
import Tensors

/// Holds decoded rows to the low and middle bands of the enlarged picture they began from, and gives them its alpha.
struct UpscaleFinish {
  private let width: Int
  private var anchor: CoarseAnchor
  /// Alpha of the rows that the anchor still holds, the next first.
  private var alphas: [Float] = []

  init(edit: UpscaleEdit) {
    width = edit.width
    // Waves shorter than four pixels of the result, or than a pixel of the source, are the model's own.
    func coarse(_ length: Int, _ source: Int) -> Int { max(source, min(2 * source, length / 2)) }
    anchor = CoarseAnchor(
      width: edit.width, height: edit.height, coarseWidth: coarse(edit.width, edit.sourceWidth),
      coarseHeight: coarse(edit.height, edit.sourceHeight))
  }

  /// Takes the next rows and answers those that are finished, which may be none.
  mutating func push(_ rows: FloatImage, base: PictureRows) -> PictureRows {
    var finished: [Float] = []
    for y in 0..<rows.height {
      let line = y * width * 3..<(y + 1) * width * 3
      anchor.push(Array(rows.samples[line]), base: Array(base.color.samples[line])) {
        finished.append(contentsOf: $0)
      }
    }
    let count = finished.count / (width * 3)
    var alpha: Mask?
    if let mask = base.alpha {
      alphas += mask.values
      alpha = Mask(width: width, height: count, values: Array(alphas[..<(count * width)]))
      alphas.removeFirst(count * width)
    }
    return PictureRows(
      color: FloatImage(width: width, height: count, channels: 3, samples: finished), alpha: alpha)
  }
}
