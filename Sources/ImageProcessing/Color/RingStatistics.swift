import Images

/// Robust statistics, in Lab, of two pictures of the same place on the ring around a mask.
///
/// Taken on means of 4 x 4 pixels: fine grain that an autoencoder loses is not a difference of colour.
struct RingStatistics {
  /// Blocks below which nothing is concluded.
  static let minimumCount = 24
  private static let block = 4

  /// Blocks compared.
  let count: Int
  let editedMean: [Float]
  /// Mean of source minus edited without outliers.
  let shift: [Float]
  /// Deviation of the source over that of the edited picture.
  let contrast: [Float]

  /// - Parameter distance: of each pixel to the mask; 0 inside.
  init(edited: FloatImage, source: FloatImage, distance: [Float]) {
    var pairs: [(edited: Lab, source: Lab)] = []
    let size = Self.block
    for y in stride(from: 0, to: edited.height - size + 1, by: size) {
      for x in stride(from: 0, to: edited.width - size + 1, by: size)
      where Self.isOutside(x, y, distance: distance, width: edited.width) {
        pairs.append((Self.mean(edited, x, y), Self.mean(source, x, y)))
      }
    }
    count = pairs.count
    var means: [Float] = []
    var shifts: [Float] = []
    var contrasts: [Float] = []
    for channel in [\Lab.l, \.a, \.b] {
      var kept = pairs.map { (edited: $0.edited[keyPath: channel], source: $0.source[keyPath: channel]) }
      // Two rounds of leaving out what lies beyond 2.5 deviations of the differences.
      for _ in 0..<2 where kept.count >= Self.minimumCount {
        let (mean, deviation) = Self.moments(kept.map { $0.source - $0.edited })
        kept = kept.filter { abs($0.source - $0.edited - mean) <= 2.5 * deviation + 1e-3 }
      }
      let editedMoments = Self.moments(kept.map(\.edited))
      let sourceMoments = Self.moments(kept.map(\.source))
      means.append(editedMoments.mean)
      shifts.append(sourceMoments.mean - editedMoments.mean)
      // A deviation below half a unit is noise: its ratio says nothing.
      let comparable = min(editedMoments.deviation, sourceMoments.deviation) > 0.5
      contrasts.append(comparable ? sourceMoments.deviation / editedMoments.deviation : 1)
    }
    editedMean = means
    shift = shifts
    contrast = contrasts
  }

  private static func isOutside(_ x: Int, _ y: Int, distance: [Float], width: Int) -> Bool {
    for row in y..<y + block {
      for column in x..<x + block where distance[row * width + column] <= 0 { return false }
    }
    return true
  }

  private static func mean(_ image: FloatImage, _ x: Int, _ y: Int) -> Lab {
    var sum: (Float, Float, Float) = (0, 0, 0)
    for row in y..<y + block {
      var index = (row * image.width + x) * 3
      for _ in 0..<block {
        sum.0 += image.samples[index]
        sum.1 += image.samples[index + 1]
        sum.2 += image.samples[index + 2]
        index += 3
      }
    }
    let scale = 1 / Float(block * block)
    return Lab(red: sum.0 * scale, green: sum.1 * scale, blue: sum.2 * scale)
  }

  private static func moments(_ values: [Float]) -> (mean: Float, deviation: Float) {
    guard !values.isEmpty else { return (0, 0) }
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    let variance =
      values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count)
    return (Float(mean), Float(variance.squareRoot()))
  }
}
