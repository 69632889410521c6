package import Images

extension Mask {
  /// 1 where the value is at least `level`, 0 elsewhere.
  package func thresholded(at level: Float) -> Mask {
    Mask(width: width, height: height, values: values.map { $0 >= level ? 1 : 0 })
  }

  package func inverted() -> Mask {
    Mask(width: width, height: height, values: values.map { 1 - $0 })
  }

  /// Selects every pixel within `radius` pixels of a selected one (value of a half or more) as well.
  package func grown(by radius: Float) -> Mask {
    guard radius > 0 else { return self }
    let distance = distances(width: width, height: height) { values[$0] >= 0.5 }
    var result = self
    for pixel in values.indices where distance[pixel] <= radius { result.values[pixel] = 1 }
    return result
  }

  /// Deselects every pixel within `radius` pixels of one that is not selected (value below a half).
  package func shrunk(by radius: Float) -> Mask {
    guard radius > 0 else { return self }
    let distance = distances(width: width, height: height) { values[$0] < 0.5 }
    var result = self
    for pixel in values.indices where distance[pixel] <= radius { result.values[pixel] = 0 }
    return result
  }

  /// The smallest rectangle that holds every pixel over 0, or nil.
  package func boundingBox() -> PixelRect? {
    var (left, top, right, bottom) = (width, height, -1, -1)
    for y in 0..<height {
      for x in 0..<width where values[y * width + x] > 0 {
        left = min(left, x)
        right = max(right, x)
        top = min(top, y)
        bottom = y
      }
    }
    guard right >= 0 else { return nil }
    return PixelRect(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
  }
}
