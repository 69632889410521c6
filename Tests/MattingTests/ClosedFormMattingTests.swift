import Images
import Testing

@testable import Matting

@Suite struct ClosedFormMattingTests {
  /// With constant colours alpha is a linear function of colour, which costs the energy nothing but epsilon
  /// (1e-7). Epsilon pulls at every pixel of a line that only its root holds: measured 3e-3 at the tips of hairs
  /// 47 pixels long, 2e-4 in compact shapes.
  private static let exact: Float = 1e-3
  private static let exactAlongHairs: Float = 6e-3

  private enum Shape: CaseIterable {
    case disc, ramp, hairs

    var matte: Mask {
      switch self {
      case .disc: SyntheticMatte.disc(width: 61, height: 47, radius: 15, softness: 6)
      case .ramp: SyntheticMatte.ramp(width: 64, height: 32, from: 20, to: 44)
      case .hairs: SyntheticMatte.hairs(width: 90, height: 60)
      }
    }
  }

  @Test(arguments: Shape.allCases) private func findsTheExactAlphaBetweenConstantColors(shape: Shape) throws {
    let truth = shape.matte
    let trimap = try Trimap(mask: truth, erode: 3, dilate: 3)
    let alpha = try ClosedFormMatting().alpha(of: SyntheticMatte.plain(truth), trimap: trimap)
    #expect(trimap.unknownCount > 100)
    #expect(alpha.largestDifference(truth) < (shape == .hairs ? Self.exactAlongHairs : Self.exact))
  }

  @Test(arguments: [1, 2, 4]) func readsGreyAndAlphaChannels(channels: Int) throws {
    let truth = SyntheticMatte.disc(width: 40, height: 40, radius: 11, softness: 5)
    var picture = FloatImage(width: 40, height: 40, channels: channels, repeating: 0.3)
    for pixel in truth.values.indices { picture.samples[pixel * channels] = 0.2 + 0.6 * truth.values[pixel] }
    let trimap = try Trimap(mask: truth, erode: 2, dilate: 2)
    let alpha = try ClosedFormMatting().alpha(of: picture, trimap: trimap)
    #expect(alpha.largestDifference(truth) < Self.exact)
  }

  @Test func followsColorsThatChangeSlowly() throws {
    // Both layers vary linearly over the picture, so the model holds in each window but for the products of
    // small slopes. Measured: mean 0.003 over all pixels; a wrong neighbour or weight gives 0.05 and more.
    let truth = SyntheticMatte.hairs(width: 120, height: 80)
    let picture = SyntheticMatte.composite(
      truth,
      foreground: { x, y in SIMD3(0.8, 0.3, 0.2) + SIMD3(0.001, 0, 0.001) * Float(x - y) },
      background: { x, y in SIMD3(0.1, 0.4, 0.6) - SIMD3(0, 0.001, 0.001) * Float(x + y) * 0.5 })
    let alpha = try ClosedFormMatting().alpha(
      of: picture, trimap: try Trimap(mask: truth, erode: 3, dilate: 3))
    #expect(alpha.meanDifference(truth) < 0.01)
  }

  @Test func keepsKnownPixels() throws {
    let truth = SyntheticMatte.disc(width: 50, height: 50, radius: 14, softness: 5)
    let trimap = try Trimap(mask: truth, erode: 2, dilate: 2)
    let alpha = try ClosedFormMatting().alpha(of: Self.noisy(truth), trimap: trimap)
    for (value, label) in zip(alpha.values, trimap.labels) {
      if label == .foreground { #expect(value == 1) }
      if label == .background { #expect(value == 0) }
      #expect(value >= 0 && value <= 1)
    }
  }

  @Test func minimizesTheEnergyOfThePaper() throws {
    // The energy is written out window by window from equation 3 of the paper: the least squares fit of alpha
    // by colour. No small change of one unknown pixel may lower it.
    let truth = SyntheticMatte.ramp(width: 24, height: 16, from: 4, to: 20)
    let picture = Self.noisy(truth)
    // Known on either side of the ramp's middle part, so that no solution reaches 0 or 1 and none is clamped.
    let trimap = Trimap(
      width: 24, height: 16,
      labels: truth.values.map { $0 > 0.8 ? .foreground : $0 < 0.2 ? .background : .unknown })
    var matting = ClosedFormMatting()
    matting.epsilon = 1e-4
    matting.tolerance = 1e-10
    let alpha = try matting.alpha(of: picture, trimap: trimap)
    let energy = try WindowEnergy(picture, epsilon: 1e-4)
    let least = energy.total(alpha)
    for pixel in alpha.values.indices where trimap.labels[pixel] == .unknown {
      #expect(alpha.values[pixel] > 0.001 && alpha.values[pixel] < 0.999)
      for step in [Float(-0.005), 0.005] {
        var other = alpha
        other.values[pixel] += step
        #expect(energy.total(other) > least)
      }
    }
  }

  @Test func tilesAgreeWithTheWhole() throws {
    let truth = SyntheticMatte.disc(width: 200, height: 120, radius: 45, softness: 12)
    let picture = Self.noisy(truth)
    let trimap = try Trimap(mask: truth, erode: 4, dilate: 4)
    var matting = ClosedFormMatting()
    let whole = try matting.alpha(of: picture, trimap: trimap)
    matting.tiledAbove = 0
    matting.tileSize = 48
    matting.tileOverlap = 16
    let tiled = try matting.alpha(of: picture, trimap: trimap)
    // Tiles take their surroundings from half the size. Measured: largest 0.07.
    #expect(tiled != whole)
    #expect(tiled.meanDifference(whole) < 0.002)
    #expect(tiled.largestDifference(whole) < 0.15)
  }

  @Test func needsFewIterationsWhateverTheSize() throws {
    // The coarse space moves what lies far apart in one step. Measured: at most 40 iterations at either size; the
    // incomplete factor alone takes over 100 and 200.
    for scale in [1, 3] {
      let truth = SyntheticMatte.disc(
        width: 90 * scale, height: 80 * scale, radius: Float(24 * scale), softness: Float(14 * scale))
      let trimap = try Trimap(mask: truth, erode: 3, dilate: 3)
      var matting = ClosedFormMatting()
      let converged = try matting.alpha(of: Self.noisy(truth), trimap: trimap)
      matting.maximumIterations = 80
      #expect(try matting.alpha(of: Self.noisy(truth), trimap: trimap) == converged)
    }
  }

  @Test func survivesPicturesThatHoldNoNumbers() throws {
    let truth = SyntheticMatte.disc(width: 30, height: 30, radius: 9, softness: 4)
    var picture = SyntheticMatte.plain(truth)
    picture[15, 5, 0] = .nan
    picture[16, 6, 1] = .infinity
    picture[17, 7, 2] = -1e30
    let alpha = try ClosedFormMatting().alpha(
      of: picture, trimap: try Trimap(mask: truth, erode: 3, dilate: 3))
    #expect(alpha.values.allSatisfy { $0 >= 0 && $0 <= 1 })
  }

  @Test func refusesWhatItCannotUse() throws {
    let picture = FloatImage(width: 4, height: 4, channels: 3)
    let other = Trimap(width: 3, height: 4, labels: [Trimap.Label](repeating: .unknown, count: 12))
    #expect(throws: MattingError.self) { try ClosedFormMatting().alpha(of: picture, trimap: other) }
    let open = Trimap(
      width: 4, height: 4, labels: [.foreground] + [Trimap.Label](repeating: .unknown, count: 15))
    #expect(throws: MattingError.missingLabel(what: "the trimap", missing: "background (black)")) {
      try ClosedFormMatting().alpha(of: picture, trimap: open)
    }
  }

  private static func noisy(_ truth: Mask) -> FloatImage {
    var random = TestRandom(11)
    var picture = SyntheticMatte.plain(truth)
    for index in picture.samples.indices { picture.samples[index] += 0.04 * (random.unit() - 0.5) }
    return picture
  }
}

/// The energy of closed-form matting by brute force: for each 3 x 3 window the least of
/// sum (a . I + b - alpha)^2 + epsilon |a|^2 over a and b.
private struct WindowEnergy {
  private let picture: FloatImage
  private let epsilon: Double

  init(_ picture: FloatImage, epsilon: Double) throws {
    self.picture = picture
    self.epsilon = epsilon
  }

  func total(_ alpha: Mask) -> Double {
    var sum = 0.0
    for y in 1..<alpha.height - 1 {
      for x in 1..<alpha.width - 1 { sum += window(alpha, x, y) }
    }
    return sum
  }

  private func window(_ alpha: Mask, _ x: Int, _ y: Int) -> Double {
    var rows: [[Double]] = []
    var values: [Double] = []
    for dy in -1...1 {
      for dx in -1...1 {
        rows.append((0..<3).map { Double(picture[x + dx, y + dy, $0]) } + [1])
        values.append(Double(alpha[x + dx, y + dy]))
      }
    }
    // The normal equations of the ridge regression, by elimination.
    var system = (0..<4).map { i in
      (0..<4).map { j in rows.reduce(0) { $0 + $1[i] * $1[j] } + (i == j && i < 3 ? epsilon : 0) }
        + [zip(rows, values).reduce(0) { $0 + $1.0[i] * $1.1 }]
    }
    for i in 0..<4 {
      for j in i + 1..<4 {
        let factor = system[j][i] / system[i][i]
        for k in i..<5 { system[j][k] -= factor * system[i][k] }
      }
    }
    var model = [0.0, 0, 0, 0]
    for i in (0..<4).reversed() {
      let rest = (i + 1..<4).reduce(0) { $0 + system[i][$1] * model[$1] }
      model[i] = (system[i][4] - rest) / system[i][i]
    }
    let error = zip(rows, values).reduce(0) { sum, pair in
      let residual = zip(pair.0, model).reduce(0) { $0 + $1.0 * $1.1 } - pair.1
      return sum + residual * residual
    }
    return error + epsilon * model[0..<3].reduce(0) { $0 + $1 * $1 }
  }
}
