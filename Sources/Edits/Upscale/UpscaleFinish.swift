import ImageProcessing
import Images
import Tensors

/// Gives decoded rows what the source shows, in linear light, and the source's alpha.
struct UpscaleFinish {
  private let width: Int
  private var anchor: CoarseAnchor
  /// Alpha of the rows that the anchor still holds, the next first.
  private var alphas: [Float] = []

  init(edit: UpscaleEdit) {
    width = edit.width
    func coarse(_ length: Int) -> Int { max(1, Int((Double(length) / edit.detail).rounded())) }
    anchor = CoarseAnchor(
      width: edit.width, height: edit.height, coarseWidth: coarse(edit.sourceWidth),
      coarseHeight: coarse(edit.sourceHeight))
  }

  /// Takes the next rows and answers those that are finished, which may be none.
  mutating func push(_ rows: FloatImage, base: PictureRows) -> PictureRows {
    let light = rows.samples.mapped(SRGBCurve.linear)
    let baseLight = base.color.samples.mapped(SRGBCurve.linear)
    var finished: [Float] = []
    for y in 0..<rows.height {
      let line = y * width * 3..<(y + 1) * width * 3
      anchor.push(Array(light[line]), base: Array(baseLight[line])) { finished.append(contentsOf: $0) }
    }
    let count = finished.count / (width * 3)
    var alpha: Mask?
    if let mask = base.alpha {
      alphas += mask.values
      alpha = Mask(width: width, height: count, values: Array(alphas[..<(count * width)]))
      alphas.removeFirst(count * width)
    }
    return PictureRows(
      color: FloatImage(
        width: width, height: count, channels: 3, samples: finished.mapped(SRGBCurve.encoded)),
      alpha: alpha)
  }
}

extension [Float] {
  /// Each element through a function, on all threads.
  fileprivate func mapped(_ transform: (Float) -> Float) -> [Float] {
    let count = count
    return unsafe [Float](unsafeUninitializedCapacity: count) { target, filled in
      unsafe withUnsafeBufferPointer { source in
        ThreadPool.parallelRanges(count, grain: 1 << 16) { range in
          for index in range { unsafe target[index] = unsafe transform(source[index]) }
        }
      }
      filled = count
    }
  }
}
