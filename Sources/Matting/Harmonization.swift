package import Images
import ImageProcessing

/// Moves a foreground's tone towards its new background, in Lab, and leaves its detail alone.
///
/// Only the difference of the low bands is added: both pictures are averaged over about a quarter of their size,
/// so light and cast follow the place where the foreground stands while texture and contrast stay.
package struct Harmonization: Sendable, Equatable {
  /// The share of the difference that is made up, 0...1.
  package var amount: Float
  /// The largest shift of L, and of a and b each.
  package var limit: Float = 25

  private static let coarseSide = 128

  package init(amount: Float) {
    self.amount = amount
  }

  /// Returns the matte with its foreground's colours moved; unchanged at amount 0.
  ///
  /// - Parameter background: what the foreground will stand before: (height, width, 3), sRGB-encoded.
  package func apply(to matte: Matte, background: FloatImage) throws(MattingError) -> Matte {
    try MattingError.checkSize(of: "the matte", matte.alpha.width, matte.alpha.height, matches: background)
    guard amount >= 0, amount <= 1 else {
      throw .parameter(name: "the amount of harmonisation", found: "\(amount)", expected: "0...1")
    }
    guard amount > 0 else { return matte }
    let shift = try lowBandShift(matte, background)
    var result = matte
    let width = matte.alpha.width
    for pixel in matte.alpha.values.indices where matte.alpha.values[pixel] > 0 {
      let move = shift.interpolated(x: pixel % width, y: pixel / width, of: width, matte.alpha.height)
      let base = pixel * 3
      var color = Lab(
        red: matte.foreground.samples[base], green: matte.foreground.samples[base + 1],
        blue: matte.foreground.samples[base + 2])
      color.l += move.x
      color.a += move.y
      color.b += move.z
      let moved = color.encoded
      result.foreground.samples[base] = moved.red
      result.foreground.samples[base + 1] = moved.green
      result.foreground.samples[base + 2] = moved.blue
    }
    return result
  }

  /// The shift in L, a and b at a reduced size.
  private func lowBandShift(_ matte: Matte, _ background: FloatImage) throws(MattingError) -> FloatImage {
    var front = matte.foreground
    var back = background
    var plane = FloatImage(
      width: matte.alpha.width, height: matte.alpha.height, channels: 1, samples: matte.alpha.values)
    while max(front.width, front.height) > Self.coarseSide {
      front = front.halved()
      back = back.halved()
      plane = plane.halved()
    }
    // L, a, b and weight: the foreground's weighted by alpha, the background's evenly.
    var sums = FloatImage(width: front.width, height: front.height, channels: 7)
    for pixel in plane.samples.indices {
      let weight = plane.samples[pixel]
      let under = Self.lab(back, pixel)
      let over = Self.lab(front, pixel)
      for c in 0..<3 {
        sums.samples[pixel * 7 + c] = over[c] * weight
        sums.samples[pixel * 7 + 4 + c] = under[c]
      }
      sums.samples[pixel * 7 + 3] = weight
    }
    let radius = max(1, max(front.width, front.height) / 8)
    for _ in 0..<3 { sums = sums.boxMean(radius: radius) }
    var shift = FloatImage(width: front.width, height: front.height, channels: 3)
    for pixel in plane.samples.indices {
      let weight = sums.samples[pixel * 7 + 3]
      guard weight > 1e-4 else { continue }
      for c in 0..<3 {
        let difference = sums.samples[pixel * 7 + 4 + c] - sums.samples[pixel * 7 + c] / weight
        shift.samples[pixel * 3 + c] = min(limit, max(-limit, difference * amount))
      }
    }
    return shift
  }

  private static func lab(_ picture: FloatImage, _ pixel: Int) -> SIMD3<Float> {
    let color = Lab(
      red: picture.samples[pixel * 3], green: picture.samples[pixel * 3 + 1],
      blue: picture.samples[pixel * 3 + 2])
    return SIMD3(color.l, color.a, color.b)
  }
}

extension FloatImage {
  /// Three channels read at a pixel of an enlargement to `width` x `height`, bilinearly.
  fileprivate func interpolated(x: Int, y: Int, of width: Int, _ height: Int) -> SIMD3<Float> {
    let fx = max(0, (Float(x) + 0.5) * Float(self.width) / Float(width) - 0.5)
    let fy = max(0, (Float(y) + 0.5) * Float(self.height) / Float(height) - 0.5)
    let x0 = min(self.width - 1, Int(fx))
    let y0 = min(self.height - 1, Int(fy))
    let x1 = min(self.width - 1, x0 + 1)
    let y1 = min(self.height - 1, y0 + 1)
    func at(_ x: Int, _ y: Int) -> SIMD3<Float> {
      let base = (y * self.width + x) * 3
      return SIMD3(samples[base], samples[base + 1], samples[base + 2])
    }
    let wx = fx - Float(x0)
    let wy = fy - Float(y0)
    let top = at(x0, y0) * (1 - wx) + at(x1, y0) * wx
    let bottom = at(x0, y1) * (1 - wx) + at(x1, y1) * wx
    return top * (1 - wy) + bottom * wy
  }
}
