package import Images

/// Foreground and background colours behind a matte, so that neither shines through the other.
///
/// Minimises, over all pixels, the error of `alpha F + (1 - alpha) B` against the picture and the differences of
/// F and of B between neighbours, which count more where alpha changes. Solved from one pixel upwards, each
/// level a few sweeps from the last: Germer, Uelwer, Conrad and Harmeling, "Fast Multi-Level Foreground
/// Estimation" (2020). Colours mix in proportion to alpha only in linear light: pass a linear picture.
///
/// Memory: 70 bytes a pixel beside the picture, most of it the layers at full size.
package struct ForegroundEstimation: Sendable, Equatable {
  /// How much neighbours should agree where alpha is even.
  package var regularization: Float = 1e-5
  /// How much more where alpha changes, per unit of the change.
  package var gradientWeight: Float = 1
  /// Sweeps at a level up to 32 pixels wide and high, and above.
  package var smallSweeps = 10
  package var largeSweeps = 2

  private static let smallSide = 32

  package init() {}

  /// Both layers: the foreground's colours and the background's, each over the whole picture.
  package struct Layers: Sendable, Equatable {
    /// (height, width, 3) each.
    package var foreground: FloatImage
    package var background: FloatImage
  }

  /// Estimates both layers. Where alpha is 1 the foreground is the picture exactly, where it is 0 the background.
  package func layers(of picture: FloatImage, alpha: Mask) throws(MattingError) -> Layers {
    try MattingError.checkSize(of: "the matte", alpha.width, alpha.height, matches: picture)
    let colors = try ColorReader(picture)
    var levels = [(width: picture.width, height: picture.height)]
    while let last = levels.last, last.width > 1 || last.height > 1 {
      levels.append(((last.width + 1) / 2, (last.height + 1) / 2))
    }
    var level = EstimationLevel(width: 1, height: 1)
    level.start(with: Self.means(colors, alpha))
    for size in levels.reversed() {
      level = EstimationLevel(width: size.width, height: size.height, enlarging: level)
      level.sample(colors, alpha)
      let small = size.width <= Self.smallSide && size.height <= Self.smallSide
      for sweep in 0..<(small ? smallSweeps : largeSweeps) {
        level.sweep(
          backwards: sweep % 2 == 1, regularization: regularization, gradientWeight: gradientWeight)
      }
    }
    return level.layers(colors, alpha)
  }

  /// The mean colours of foreground and background.
  private static func means(_ colors: ColorReader, _ alpha: Mask) -> (SIMD3<Float>, SIMD3<Float>) {
    var foreground = SIMD4<Double>.zero
    var background = SIMD4<Double>.zero
    for pixel in alpha.values.indices {
      let color = SIMD4(SIMD3<Double>(colors[pixel]), 1)
      foreground += color * Double(alpha.values[pixel])
      background += color * Double(1 - alpha.values[pixel])
    }
    func mean(_ sum: SIMD4<Double>) -> SIMD3<Float> {
      SIMD3<Float>(SIMD3(sum.x, sum.y, sum.z) / max(sum.w, 1e-9))
    }
    return (mean(foreground), mean(background))
  }
}
