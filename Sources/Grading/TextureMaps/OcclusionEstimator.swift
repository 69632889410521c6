import Glibc

/// Estimates how much of an even sky each point of a height field sees.
///
/// For each of 16 directions the steepest rise to the terrain within the radius is the tangent `t` of the
/// horizon's elevation; of a slice of sky above it, weighted by the cosine, `1 / (1 + t^2)` is left (after Max,
/// "Horizon Mapping", 1988). The ground is taken to be level under each point, so slopes darken a little; light
/// that bounces is left out.
struct OcclusionEstimator {
  /// How far terrain is looked at, in pixels, at least 1.
  let radius: Int
  /// How many pixels the range 0...1 of height stands for.
  let depth: Float
  private static let directions = 16

  /// 1 where the whole sky is seen.
  func occlusion(of height: TexturePlane) -> TexturePlane {
    let paths = (0..<Self.directions).map { steps($0, of: height) }
    let tops = Self.dilations(of: height, reaches: Set(paths.joined().map(\.reach)))
    var sum = [Float](repeating: 0, count: height.values.count)
    var slopes = [Float](repeating: 0, count: height.width)
    for path in paths {
      for y in 0..<height.height {
        let row = y * height.width
        for x in slopes.indices { slopes[x] = 0 }
        for step in path {
          guard let top = tops[step.reach] else { continue }
          let other = step.rows[y] * height.width
          unsafe top.withUnsafeBufferPointer { top in
            for x in slopes.indices {
              let rise = unsafe top[other + step.columns[x]] - height.values[row + x]
              slopes[x] = max(slopes[x], rise * step.scale)
            }
          }
        }
        for x in slopes.indices { sum[row + x] += 1 / (1 + slopes[x] * slopes[x]) }
      }
    }
    return height.with(sum.map { $0 / Float(Self.directions) })
  }

  private struct Step {
    let columns: [Int]
    let rows: [Int]
    /// Half the side of the square whose highest point stands for the terrain between two steps.
    let reach: Int
    /// Height over the distance of the square's far side, as a tangent, so that an even slope keeps its own.
    let scale: Float
  }

  /// Places to look at in a direction, each half as far again as the one before.
  private func steps(_ direction: Int, of height: TexturePlane) -> [Step] {
    let angle = 2 * Double.pi * Double(direction) / Double(Self.directions)
    var result: [Step] = []
    var distance = 1
    while distance <= radius {
      let x = Int((cos(angle) * Double(distance)).rounded())
      let y = Int((sin(angle) * Double(distance)).rounded())
      let next = distance < 4 ? distance + 1 : distance * 3 / 2
      let reach = next > radius ? radius - distance : distance < 6 ? 0 : distance / 4
      let length = Double(x * x + y * y).squareRoot()
      let farSide = length * (1 + Double(reach) / Double(max(abs(x), abs(y))))
      result.append(
        Step(
          columns: height.columns(offset: x), rows: height.rows(offset: y), reach: reach,
          scale: depth / Float(farSide)))
      distance = next
    }
    return result
  }

  /// The highest value within each reach, along rows and columns.
  private static func dilations(of height: TexturePlane, reaches: Set<Int>) -> [Int: [Float]] {
    var result: [Int: [Float]] = [:]
    var plane = height
    var reached = 0
    for reach in reaches.sorted() {
      while reached < reach {
        // A square that was widened by up to its own size has no gaps.
        let step = min(reach - reached, reached + 1)
        plane = plane.highest(at: step)
        reached += step
      }
      result[reach] = plane.values
    }
    return result
  }
}

extension TexturePlane {
  /// The highest of each value and those `offset` away along rows, columns and diagonals.
  fileprivate func highest(at offset: Int) -> TexturePlane {
    let (left, right) = (columns(offset: -offset), columns(offset: offset))
    let (above, below) = (rows(offset: -offset), rows(offset: offset))
    var wide = self
    for y in 0..<height {
      let row = y * width
      for x in 0..<width {
        wide.values[row + x] = max(values[row + x], values[row + left[x]], values[row + right[x]])
      }
    }
    var result = wide
    for y in 0..<height {
      let (up, row, down) = (above[y] * width, y * width, below[y] * width)
      for x in 0..<width {
        result.values[row + x] = max(wide.values[row + x], wide.values[up + x], wide.values[down + x])
      }
    }
    return result
  }
}
