package import Images

extension FloatImage {
  /// How much a mask's border shows: the mean difference of neighbours across it over that of neighbours inside.
  ///
  /// 1 is a border like any other place. Nil where the mask has no border or the inside no gradient to compare.
  package func seamRatio(along mask: Mask) -> Double? {
    guard mask.width == width, mask.height == height else { return nil }
    var border = Mean()
    var inside = Mean()
    for y in 0..<height {
      for x in 0..<width {
        let pixel = y * width + x
        let here = mask.values[pixel] > 0
        for (exists, next) in [(x + 1 < width, pixel + 1), (y + 1 < height, pixel + width)] where exists {
          let there = mask.values[next] > 0
          guard here || there else { continue }
          let difference = difference(pixel, next)
          if here && there { inside.add(difference) } else { border.add(difference) }
        }
      }
    }
    return border.ratio(to: inside)
  }

  /// How much the edges show when the picture is repeated: the mean difference of the pixels that meet across
  /// the border over that of neighbours inside, from left to right (`x`) and top to bottom (`y`).
  package func repeatSeamRatio() -> (x: Double?, y: Double?) {
    var (acrossX, insideX, acrossY, insideY) = (Mean(), Mean(), Mean(), Mean())
    for y in 0..<height {
      for x in 0..<width {
        let pixel = y * width + x
        if x + 1 < width {
          insideX.add(difference(pixel, pixel + 1))
        } else {
          acrossX.add(difference(pixel, y * width))
        }
        if y + 1 < height {
          insideY.add(difference(pixel, pixel + width))
        } else {
          acrossY.add(difference(pixel, x))
        }
      }
    }
    return (acrossX.ratio(to: insideX), acrossY.ratio(to: insideY))
  }

  /// Sum of the channels' absolute differences of two pixels.
  private func difference(_ a: Int, _ b: Int) -> Double {
    var sum: Float = 0
    for channel in 0..<channels {
      sum += abs(samples[a * channels + channel] - samples[b * channels + channel])
    }
    return Double(sum)
  }
}

/// A mean in the making.
private struct Mean {
  private var sum = 0.0
  private var count = 0.0

  mutating func add(_ value: Double) {
    sum += value
    count += 1
  }

  func ratio(to other: Mean) -> Double? {
    guard count > 0, other.count > 0, other.sum > 0 else { return nil }
    return sum / count / (other.sum / other.count)
  }
}
