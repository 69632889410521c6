/// A mixture of Gaussians over colours.
///
/// Components are seeded by k-means++ with counter-based random numbers, so the same colours give the same
/// mixture on every run.
struct GaussianMixture: Sendable {
  private struct Component: Sendable {
    var mean: SIMD3<Double>
    var inverse: SymmetricMatrix3
    /// log(weight) - log(determinant) / 2 - 3/2 log(2 pi)
    var logScale: Double
  }

  private var components: [Component] = []

  /// Added to every variance: a flat region's colours still have the width of an 8-bit step.
  private static let varianceFloor = 1.0 / (255 * 255)
  private static let meansIterations = 8

  /// Clusters the colours into at most `count` components; there must be at least one colour.
  init(clustering colors: [SIMD3<Float>], count: Int, stream: UInt64) {
    var centers = Self.seeds(colors, count: count, stream: stream)
    var nearest = [UInt8](repeating: 0, count: colors.count)
    for _ in 0..<Self.meansIterations {
      var sums = [SIMD4<Double>](repeating: .zero, count: centers.count)
      for (index, color) in colors.enumerated() {
        var best = 0
        var bestDistance = Float.infinity
        for (k, center) in centers.enumerated() {
          let difference = color - center
          let distance = (difference * difference).sum()
          if distance < bestDistance {
            best = k
            bestDistance = distance
          }
        }
        nearest[index] = UInt8(best)
        sums[best] += SIMD4(SIMD3<Double>(color), 1)
      }
      for k in centers.indices where sums[k].w > 0 {
        centers[k] = SIMD3<Float>(SIMD3(sums[k].x, sums[k].y, sums[k].z) / sums[k].w)
      }
    }
    fit(colors, assignment: nearest, count: centers.count)
  }

  /// One round of hard assignment and refit, as in Rother, Kolmogorov and Blake, "GrabCut" (2004), steps 1, 2.
  mutating func refit(_ colors: [SIMD3<Float>]) {
    guard !colors.isEmpty else { return }
    fit(colors, assignment: colors.map { likeliest($0) }, count: components.count)
  }

  /// -log of the mixture's density at a colour.
  func cost(_ color: SIMD3<Float>) -> Double {
    let color = SIMD3<Double>(color)
    var largest = -Double.infinity
    var sum = 0.0
    for component in components {
      let value = Self.logDensity(component, color)
      if value > largest {
        sum = sum * exponential(largest - value) + 1
        largest = value
      } else {
        sum += exponential(value - largest)
      }
    }
    return -(largest + logarithm(sum))
  }

  private func likeliest(_ color: SIMD3<Float>) -> UInt8 {
    let color = SIMD3<Double>(color)
    var best = 0
    var bestValue = -Double.infinity
    for (k, component) in components.enumerated() {
      let value = Self.logDensity(component, color)
      if value > bestValue {
        best = k
        bestValue = value
      }
    }
    return UInt8(best)
  }

  @inline(__always)
  private static func logDensity(_ component: Component, _ color: SIMD3<Double>) -> Double {
    let difference = color - component.mean
    return component.logScale - 0.5 * (difference * component.inverse.times(difference)).sum()
  }

  private mutating func fit(_ colors: [SIMD3<Float>], assignment: [UInt8], count: Int) {
    var sums = [SIMD4<Double>](repeating: .zero, count: count)
    for (index, color) in colors.enumerated() {
      sums[Int(assignment[index])] += SIMD4(SIMD3<Double>(color), 1)
    }
    let means = sums.map { SIMD3($0.x, $0.y, $0.z) / max(1, $0.w) }
    var spreads = [SymmetricMatrix3](repeating: SymmetricMatrix3(diagonal: 0), count: count)
    for (index, color) in colors.enumerated() {
      let k = Int(assignment[index])
      spreads[k].addOuterProduct(SIMD3<Double>(color) - means[k], weight: 1 / sums[k].w)
    }
    components = []
    for k in 0..<count where sums[k].w > 0 {
      spreads[k].xx += Self.varianceFloor
      spreads[k].yy += Self.varianceFloor
      spreads[k].zz += Self.varianceFloor
      let weight = sums[k].w / Double(colors.count)
      let logScale =
        logarithm(weight) - 0.5 * logarithm(spreads[k].determinant) - 1.5 * logarithm(2 * Double.pi)
      components.append(Component(mean: means[k], inverse: spreads[k].inverse, logScale: logScale))
    }
  }

  /// k-means++ (Arthur and Vassilvitskii 2007): each next centre is drawn in proportion to the squared distance
  /// from those chosen.
  private static func seeds(_ colors: [SIMD3<Float>], count: Int, stream: UInt64) -> [SIMD3<Float>] {
    var centers = [colors[Int(uniform(stream, 0) * Double(colors.count))]]
    var distance = [Float](repeating: .infinity, count: colors.count)
    while centers.count < count {
      let last = centers[centers.count - 1]
      var total = 0.0
      for (index, color) in colors.enumerated() {
        let difference = color - last
        distance[index] = min(distance[index], (difference * difference).sum())
        total += Double(distance[index])
      }
      guard total > 0 else { break }
      var left = uniform(stream, UInt64(centers.count)) * total
      var chosen = colors.count - 1
      for index in colors.indices {
        left -= Double(distance[index])
        if left < 0 {
          chosen = index
          break
        }
      }
      centers.append(colors[chosen])
    }
    return centers
  }
}

/// A number in 0..<1 that depends on the stream and the counter alone (the SplitMix64 finaliser).
private func uniform(_ stream: UInt64, _ counter: UInt64) -> Double {
  var z = (stream &* 0x2545_F491_4F6C_DD1D) &+ (counter &+ 1) &* 0x9E37_79B9_7F4A_7C15
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
}
