/// One step of grading. What each works on, light or encoded values, is part of its meaning.
package enum Adjustment: Sendable, Equatable {
  /// Light times 2^stops.
  case exposure(stops: Double)
  /// Correction for the light's colour, see ``WhiteBalance``.
  case whiteBalance(WhiteBalance)
  /// Light to a power about a pivot that stays: `pivot * (light / pivot)^amount`. 1 changes nothing.
  case contrast(amount: Double, pivot: Double = middleGrey)
  /// Distance of light from its luminance times an amount. 1 changes nothing, 0 is grey.
  case saturation(amount: Double)
  /// Saturation by `1 + amount * (1 - s)`, where `s` is the pixel's own saturation, so that pale colours gain
  /// most. 0 changes nothing.
  case vibrance(amount: Double)
  /// Encoded values, channel by channel, see ``LiftGammaGain``.
  case liftGammaGain(LiftGammaGain)
  /// Encoded values through curves: the master curve first, then the channel's own.
  case curves(ToneCurves)
  /// Encoded values through a lookup table, mixed with what entered: 1 is the table's colour alone.
  case lookup(ColorLookup, strength: Float = 1)

  /// The light of an 18 % grey card.
  package static let middleGrey = 0.18

  package var isNeutral: Bool {
    switch self {
    case .exposure(let stops): stops == 0
    case .whiteBalance(let balance): balance.isNeutral
    case .contrast(let amount, _): amount == 1
    case .saturation(let amount): amount == 1
    case .vibrance(let amount): amount == 0
    case .liftGammaGain(let values): values == LiftGammaGain()
    case .curves(let curves): curves.isIdentity
    case .lookup(_, let strength): strength == 0
    }
  }

  /// Whether it works on light rather than on encoded values.
  var worksOnLight: Bool {
    switch self {
    case .exposure, .whiteBalance, .contrast, .saturation, .vibrance: true
    case .liftGammaGain, .curves, .lookup: false
    }
  }

  /// A name for the message when the step would colour a grey picture, or nil when it cannot.
  var coloringName: String? {
    switch self {
    case .exposure, .contrast, .saturation, .vibrance: nil
    case .whiteBalance: "white balance"
    case .liftGammaGain(let values): values.isGrey ? nil : "lift, gamma or gain by channel"
    case .curves(let curves): curves.isGrey ? nil : "a curve for one channel"
    case .lookup(let lookup, _): lookup.keepsGrey ? nil : "a lookup table in colour"
    }
  }

  func validate() throws(GradingError) {
    switch self {
    case .exposure(let stops):
      try Self.check("exposure", stops, in: -20...20)
    case .contrast(let amount, let pivot):
      try Self.check("contrast", amount, in: 0.01...10)
      try Self.check("contrast pivot", pivot, in: 0.001...10)
    case .saturation(let amount):
      try Self.check("saturation", amount, in: 0...10)
    case .vibrance(let amount):
      try Self.check("vibrance", amount, in: -1...5)
    case .lookup(_, let strength):
      try Self.check("lookup strength", Double(strength), in: 0...1)
    case .whiteBalance, .liftGammaGain, .curves:
      break
    }
  }

  static func check(
    _ name: String, _ value: Double, in range: ClosedRange<Double>
  ) throws(GradingError) {
    guard range.contains(value) else {
      throw .parameter(
        name: name, found: "\(value)", expected: "between \(range.lowerBound) and \(range.upperBound)")
    }
  }
}
