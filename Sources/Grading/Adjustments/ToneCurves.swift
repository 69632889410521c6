/// A master curve for all channels and one for each; nil changes nothing.
package struct ToneCurves: Sendable, Equatable {
  package let master: MonotoneCurve?
  package let red: MonotoneCurve?
  package let green: MonotoneCurve?
  package let blue: MonotoneCurve?

  package init(
    master: MonotoneCurve? = nil, red: MonotoneCurve? = nil, green: MonotoneCurve? = nil,
    blue: MonotoneCurve? = nil
  ) {
    self.master = master
    self.red = red
    self.green = green
    self.blue = blue
  }

  package var isIdentity: Bool {
    [master, red, green, blue].allSatisfy { $0?.isIdentity ?? true }
  }

  package var isGrey: Bool { red == green && red == blue }

  package func callAsFunction(_ color: SIMD3<Float>) -> SIMD3<Float> {
    var result = color
    if let master { result = SIMD3(master(result.x), master(result.y), master(result.z)) }
    if let red { result.x = red(result.x) }
    if let green { result.y = green(result.y) }
    if let blue { result.z = blue(result.z) }
    return result
  }
}
