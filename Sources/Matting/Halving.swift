import Images

extension FloatImage {
  /// Half the size, each pixel the mean of up to four; an odd last row or column stands alone.
  func halved() -> FloatImage {
    var result = FloatImage(width: (width + 1) / 2, height: (height + 1) / 2, channels: channels)
    for y in 0..<result.height {
      let upper = 2 * y * width
      let lower = min(height - 1, 2 * y + 1) * width
      for x in 0..<result.width {
        let left = 2 * x
        let right = min(width - 1, 2 * x + 1)
        for c in 0..<channels {
          let sum =
            samples[(upper + left) * channels + c] + samples[(upper + right) * channels + c]
            + samples[(lower + left) * channels + c] + samples[(lower + right) * channels + c]
          result.samples[(y * result.width + x) * channels + c] = sum / 4
        }
      }
    }
    return result
  }
}

extension Trimap {
  /// Half the size; a pixel is known only where all that it covers are known alike.
  func halved() -> Trimap {
    let halfWidth = (width + 1) / 2
    let halfHeight = (height + 1) / 2
    var result = [Label](repeating: .unknown, count: halfWidth * halfHeight)
    for y in 0..<halfHeight {
      let upper = 2 * y * width
      let lower = min(height - 1, 2 * y + 1) * width
      for x in 0..<halfWidth {
        let left = 2 * x
        let right = min(width - 1, 2 * x + 1)
        let label = labels[upper + left]
        if labels[upper + right] == label, labels[lower + left] == label, labels[lower + right] == label {
          result[y * halfWidth + x] = label
        }
      }
    }
    return Trimap(width: halfWidth, height: halfHeight, labels: result)
  }
}
