import Images

/// Alpha as a local linear function of colour: four numbers a pixel, alpha = a . colour + b.
///
/// This is the model behind the guided filter (He, Sun and Tang 2013) and, fitted at a coarse size and applied
/// at a fine one, the enlargement of a matte that follows the fine picture's edges (Levin 2008, section 4.4).
struct ColorLinearModel {
  /// (height, width, 4): a for the three channels, then b; averaged over all windows that hold the pixel.
  let coefficients: FloatImage

  private static let productChannels = 13
  /// Rows fitted at a time, so that the products take little memory beside the picture.
  private static let stripHeight = 128

  /// Fits windows of `2 radius + 1` pixels; `epsilon` holds `a` back where a window is flat.
  init(guide: ColorReader, target: Mask, radius: Int, epsilon: Double) {
    var local = FloatImage(width: target.width, height: target.height, channels: 4)
    for start in Swift.stride(from: 0, to: target.height, by: Self.stripHeight) {
      let end = min(target.height, start + Self.stripHeight)
      let first = max(0, start - radius)
      let products = Self.products(guide, target, rows: first..<min(target.height, end + radius))
      let means = products.boxMean(radius: radius)
      for pixel in start * target.width..<end * target.width {
        let fit = Self.fit(means.samples, at: pixel - first * target.width, epsilon: epsilon)
        for c in 0..<4 { local.samples[pixel * 4 + c] = fit[c] }
      }
    }
    coefficients = local.boxMean(radius: radius)
  }

  /// Colour, target, colour x target, and the six products of colours.
  private static func products(_ guide: ColorReader, _ target: Mask, rows: Range<Int>) -> FloatImage {
    var result = FloatImage(width: target.width, height: rows.count, channels: productChannels)
    let start = rows.lowerBound * target.width
    for index in 0..<rows.count * target.width {
      let color = guide[start + index]
      let value = target.values[start + index]
      let square = color * color
      let base = index * productChannels
      for c in 0..<3 {
        result.samples[base + c] = color[c]
        result.samples[base + 4 + c] = color[c] * value
        result.samples[base + 7 + c] = square[c]
      }
      result.samples[base + 3] = value
      result.samples[base + 10] = color.x * color.y
      result.samples[base + 11] = color.x * color.z
      result.samples[base + 12] = color.y * color.z
    }
    return result
  }

  /// The regression of one window from the means of its products.
  private static func fit(_ means: [Float], at pixel: Int, epsilon: Double) -> SIMD4<Float> {
    func mean(_ channel: Int) -> Double { Double(means[pixel * productChannels + channel]) }
    let color = SIMD3(mean(0), mean(1), mean(2))
    let cross = SIMD3(mean(4), mean(5), mean(6))
    var covariance = SymmetricMatrix3(diagonal: epsilon)
    covariance.xx += mean(7) - color.x * color.x
    covariance.yy += mean(8) - color.y * color.y
    covariance.zz += mean(9) - color.z * color.z
    covariance.xy = mean(10) - color.x * color.y
    covariance.xz = mean(11) - color.x * color.z
    covariance.yz = mean(12) - color.y * color.z
    let a = covariance.inverse.times(cross - color * mean(3))
    return SIMD4(Float(a.x), Float(a.y), Float(a.z), Float(mean(3) - (a * color).sum()))
  }

  /// Alpha in 0...1 where a trimap of `scale` times the model's size leaves it open; 0 and 1 where it does not.
  func enlarged(to trimap: Trimap, _ colors: ColorReader, scale: Int) -> Mask {
    var alpha = trimap.grey
    for y in 0..<trimap.height {
      for x in 0..<trimap.width where trimap.labels[y * trimap.width + x] == .unknown {
        let pixel = y * trimap.width + x
        let value = self.alpha(x: x, y: y, color: colors[pixel], scale: Float(scale))
        alpha.values[pixel] = min(1, max(0, value))
      }
    }
    return alpha
  }

  /// Alpha at one pixel of a picture `scale` times the size of the one the model was fitted to.
  @inline(__always)
  private func alpha(x: Int, y: Int, color: SIMD3<Float>, scale: Float) -> Float {
    let fx = max(0, (Float(x) + 0.5) / scale - 0.5)
    let fy = max(0, (Float(y) + 0.5) / scale - 0.5)
    let x0 = min(coefficients.width - 1, Int(fx))
    let y0 = min(coefficients.height - 1, Int(fy))
    let x1 = min(coefficients.width - 1, x0 + 1)
    let y1 = min(coefficients.height - 1, y0 + 1)
    let wx = fx - Float(x0)
    let wy = fy - Float(y0)
    let top = at(x0, y0) * (1 - wx) + at(x1, y0) * wx
    let bottom = at(x0, y1) * (1 - wx) + at(x1, y1) * wx
    let model = top * (1 - wy) + bottom * wy
    return (model * SIMD4(color, 1)).sum()
  }

  @inline(__always)
  private func at(_ x: Int, _ y: Int) -> SIMD4<Float> {
    let base = (y * coefficients.width + x) * 4
    let s = coefficients.samples
    return SIMD4(s[base], s[base + 1], s[base + 2], s[base + 3])
  }
}
