import Images

/// A random number generator for tests: the same numbers on every run.
struct TestRandom: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func unit() -> Float { Float.random(in: 0..<1, using: &self) }
}

/// Mattes whose alpha is a formula.
enum SyntheticMatte {
  /// A disc with a soft border of the given width.
  static func disc(width: Int, height: Int, radius: Float, softness: Float) -> Mask {
    mask(width, height) { x, y in
      let dx = x - Float(width) / 2
      let dy = y - Float(height) / 2
      return (radius - (dx * dx + dy * dy).squareRoot()) / softness + 0.5
    }
  }

  /// Opaque on the left, transparent on the right, a straight ramp between the two columns.
  static func ramp(width: Int, height: Int, from: Float, to: Float) -> Mask {
    mask(width, height) { x, _ in (to - x) / (to - from) }
  }

  /// A solid left third with thin lines growing out of it, like hairs. Each is rooted in the solid part: of a line
  /// that enters at the picture's border nobody could tell which side it belongs to.
  static func hairs(width: Int, height: Int) -> Mask {
    mask(width, height) { x, y in
      if x < Float(width) / 3 { return 1 }
      if x > Float(width) * 0.85 { return 0 }
      let phase = y.truncatingRemainder(dividingBy: 7)
      return 0.9 - abs(phase - 3.5) * 0.6
    }
  }

  private static func mask(_ width: Int, _ height: Int, _ alpha: (Float, Float) -> Float) -> Mask {
    var result = Mask(width: width, height: height)
    for y in 0..<height {
      for x in 0..<width {
        result[x, y] = min(1, max(0, alpha(Float(x) + 0.5, Float(y) + 0.5)))
      }
    }
    return result
  }

  static func composite(
    _ alpha: Mask, foreground: (Int, Int) -> SIMD3<Float>, background: (Int, Int) -> SIMD3<Float>
  ) -> FloatImage {
    var result = FloatImage(width: alpha.width, height: alpha.height, channels: 3)
    for y in 0..<alpha.height {
      for x in 0..<alpha.width {
        let a = alpha[x, y]
        let color = foreground(x, y) * a + background(x, y) * (1 - a)
        for c in 0..<3 { result[x, y, c] = color[c] }
      }
    }
    return result
  }

  /// Constant colours on either side.
  static func plain(_ alpha: Mask) -> FloatImage {
    composite(alpha, foreground: { _, _ in [0.8, 0.35, 0.2] }, background: { _, _ in [0.1, 0.3, 0.65] })
  }
}

extension Mask {
  func largestDifference(_ other: Mask) -> Float {
    zip(values, other.values).map { abs($0 - $1) }.max() ?? 0
  }

  func meanDifference(_ other: Mask) -> Float {
    zip(values, other.values).map { abs($0 - $1) }.reduce(0, +) / Float(values.count)
  }
}
