import Glibc

/// What a pixel goes through, after neighbouring steps were joined: the compiled form of adjustments.
enum GradingStage: Sendable {
  /// Encoded values to light.
  case decode
  /// Light to encoded values.
  case encode
  /// A matrix on light; exposure, white balance and saturation in a row become one.
  case matrix(Matrix3)
  case contrast(amount: Float, pivot: Float)
  case vibrance(amount: Float)
  case liftGammaGain(LiftGammaGain)
  case curves(ToneCurves)
  case lookup(ColorLookup, strength: Float)

  /// The stages of `adjustments`, which enter and leave as encoded values.
  static func compile(_ adjustments: [Adjustment], in space: WorkingSpace) -> [GradingStage] {
    var stages: [GradingStage] = []
    var onLight = false
    for adjustment in adjustments where !adjustment.isNeutral {
      if adjustment.worksOnLight != onLight {
        stages.append(onLight ? .encode : .decode)
        onLight.toggle()
      }
      let stage = self.stage(adjustment, in: space)
      if case .matrix(let after) = stage, case .matrix(let before)? = stages.last {
        stages[stages.count - 1] = .matrix(after * before)
      } else {
        stages.append(stage)
      }
    }
    if onLight { stages.append(.encode) }
    return stages
  }

  private static func stage(_ adjustment: Adjustment, in space: WorkingSpace) -> GradingStage {
    switch adjustment {
    case .exposure(let stops):
      return .matrix(Matrix3(diagonal: SIMD3(repeating: exp2(stops))))
    case .whiteBalance(let balance):
      return .matrix(balance.matrix(in: space))
    case .saturation(let amount):
      let weights = space.luminance * (1 - amount)
      return .matrix(
        Matrix3(
          weights + SIMD3(amount, 0, 0), weights + SIMD3(0, amount, 0), weights + SIMD3(0, 0, amount)))
    case .contrast(let amount, let pivot):
      return .contrast(amount: Float(amount), pivot: Float(pivot))
    case .vibrance(let amount):
      return .vibrance(amount: Float(amount))
    case .liftGammaGain(let values):
      return .liftGammaGain(values)
    case .curves(let curves):
      return .curves(curves)
    case .lookup(let lookup, let strength):
      return .lookup(lookup, strength: strength)
    }
  }

  /// Runs the stage over a batch of pixels in place.
  func apply(to colors: UnsafeMutableBufferPointer<SIMD3<Float>>, in space: WorkingSpace) {
    switch self {
    case .decode:
      let (red, green, blue) = (space.responses[0], space.responses[1], space.responses[2])
      unsafe Self.map(colors) { SIMD3(red.decode($0.x), green.decode($0.y), blue.decode($0.z)) }
    case .encode:
      let (red, green, blue) = (space.responses[0], space.responses[1], space.responses[2])
      unsafe Self.map(colors) { SIMD3(red.encode($0.x), green.encode($0.y), blue.encode($0.z)) }
    case .matrix(let matrix):
      let columns = matrix.transposed.rows
      let (x, y, z) = (SIMD3<Float>(columns.0), SIMD3<Float>(columns.1), SIMD3<Float>(columns.2))
      unsafe Self.map(colors) { x * $0.x + y * $0.y + z * $0.z }
    case .contrast(let amount, let pivot):
      unsafe Self.map(colors) {
        SIMD3(
          Self.power($0.x, amount, pivot), Self.power($0.y, amount, pivot), Self.power($0.z, amount, pivot))
      }
    case .vibrance(let amount):
      let weights = SIMD3<Float>(space.luminance)
      unsafe Self.map(colors) { color in
        let high = color.max()
        let saturation = high > 0 ? min((high - color.min()) / high, 1) : 1
        let grey = (color * weights).sum()
        return grey + (color - grey) * (1 + amount * (1 - saturation))
      }
    case .liftGammaGain(let values):
      unsafe Self.map(colors) { values($0) }
    case .curves(let curves):
      unsafe Self.map(colors) { curves($0) }
    case .lookup(let lookup, let strength):
      unsafe Self.map(colors) { strength == 1 ? lookup($0) : $0 + (lookup($0) - $0) * strength }
    }
  }

  private static func power(_ light: Float, _ amount: Float, _ pivot: Float) -> Float {
    let result = pivot * powf(abs(light) / pivot, amount)
    return light < 0 ? -result : result
  }

  @inline(__always)
  private static func map(
    _ colors: UnsafeMutableBufferPointer<SIMD3<Float>>, _ body: (SIMD3<Float>) -> SIMD3<Float>
  ) {
    for index in colors.indices { unsafe colors[index] = body(colors[index]) }
  }
}
