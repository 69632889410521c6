import Glibc

/// The colourist's three wheels, for each channel: `((x + lift (1 - x)) gain)^(1 / gamma)` on encoded values.
///
/// Lift moves black and leaves white, gain moves white and leaves black, gamma bends between; a negative base
/// keeps its sign.
package struct LiftGammaGain: Sendable, Equatable {
  package let lift: SIMD3<Float>
  package let gamma: SIMD3<Float>
  package let gain: SIMD3<Float>

  /// The wheels at rest.
  package init() {
    lift = SIMD3()
    gamma = SIMD3(repeating: 1)
    gain = SIMD3(repeating: 1)
  }

  /// - Parameters: red, green and blue; `lift` in -1...1, `gamma` in 0.05...20, `gain` in 0...20.
  package init(
    lift: SIMD3<Float> = SIMD3(), gamma: SIMD3<Float> = SIMD3(repeating: 1),
    gain: SIMD3<Float> = SIMD3(repeating: 1)
  ) throws(GradingError) {
    for channel in 0..<3 {
      try Adjustment.check("lift", Double(lift[channel]), in: -1...1)
      try Adjustment.check("gamma", Double(gamma[channel]), in: 0.05...20)
      try Adjustment.check("gain", Double(gain[channel]), in: 0...20)
    }
    self.lift = lift
    self.gamma = gamma
    self.gain = gain
  }

  package var isGrey: Bool {
    [lift, gamma, gain].allSatisfy { $0.x == $0.y && $0.x == $0.z }
  }

  package func callAsFunction(_ color: SIMD3<Float>) -> SIMD3<Float> {
    let base = (color + lift * (1 - color)) * gain
    if gamma == SIMD3(repeating: 1) { return base }
    var result = SIMD3<Float>()
    for channel in 0..<3 {
      let power = powf(abs(base[channel]), 1 / gamma[channel])
      result[channel] = base[channel] < 0 ? -power : power
    }
    return result
  }
}
