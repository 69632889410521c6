import Tensors

extension PatchField {
  /// How fast a vote loses weight: by a factor of e for so many times what patches over a pixel are worse than the
  /// best of them on average.
  private static let tolerance: Float = 0.5
  /// Below such a spread of squared distances patches are as good as equal.
  private static let leastSpread: Float = 1e-6

  /// Gives every pixel of the hole the mean of what the patches over it show there, the better ones weighing more
  /// (Wexler, Shechtman and Irani, "Space-Time Completion of Video", 2007).
  mutating func vote() {
    var features = level.features
    unsafe features.withUnsafeMutableBufferPointer { features in
      ThreadPool.parallelRanges(level.rows.count, grain: 8) { range in
        for row in range {
          let y = level.rows.lowerBound + row
          for x in level.columns where level.isHole[y * level.width + x] {
            if let value = votes(x, y) { unsafe features[y * level.width + x] = value }
          }
        }
      }
    }
    level.features = features
  }

  /// The pixels whose patches cover one.
  func cover(_ x: Int, _ y: Int) -> (rows: ClosedRange<Int>, columns: ClosedRange<Int>) {
    let radius = ExemplarLevel.radius
    return (
      max(0, y - radius)...min(level.height - 1, y + radius),
      max(0, x - radius)...min(level.width - 1, x + radius)
    )
  }

  private func votes(_ x: Int, _ y: Int) -> SIMD8<Float>? {
    let width = level.width
    let (rows, columns) = cover(x, y)
    var least = Float.infinity
    var total: Float = 0
    var count: Float = 0
    for row in rows {
      for column in columns where sources[row * width + column] >= 0 {
        let distance = distances[row * width + column]
        least = min(least, distance)
        total += distance
        count += 1
      }
    }
    guard count > 0, least < .infinity else { return nil }
    let scale = -1 / (Self.tolerance * max(total / count - least, Self.leastSpread))
    var sum = SIMD8<Float>.zero
    var weights: Float = 0
    for row in rows {
      for column in columns where sources[row * width + column] >= 0 {
        let middle = row * width + column
        let weight = decayed((distances[middle] - least) * scale)
        let shown = Int(sources[middle]) + y * width + x - middle
        sum += level.features[shown] * weight
        weights += weight
      }
    }
    return sum / weights
  }

  /// The exponential of a number that is not above 0, to some percent: (1 + x / 32) to the 32nd.
  @inline(__always)
  private func decayed(_ x: Float) -> Float {
    var value = max(0, 1 + x / 32)
    for _ in 0..<5 { value *= value }
    return value
  }
}
