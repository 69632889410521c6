import Images

/// One value for each pixel of a texture, with neighbours across the border where it repeats.
///
/// Every operation computes each pixel from its neighbours in a fixed order, so that rolling a repeating plane and
/// computing gives the same bits as computing and rolling.
struct TexturePlane {
  let width: Int
  let height: Int
  let axes: TileAxes
  var values: [Float]

  init(width: Int, height: Int, axes: TileAxes, values: [Float]) {
    assert(values.count == width * height)
    self.width = width
    self.height = height
    self.axes = axes
    self.values = values
  }

  /// The columns that stand `offset` to the right of each column.
  func columns(offset: Int) -> [Int] { Self.places(offset, count: width, wraps: axes.contains(.x)) }

  /// The rows that stand `offset` below each row.
  func rows(offset: Int) -> [Int] { Self.places(offset, count: height, wraps: axes.contains(.y)) }

  private static func places(_ offset: Int, count: Int, wraps: Bool) -> [Int] {
    (0..<count).map { place in
      guard wraps else { return min(max(place + offset, 0), count - 1) }
      let rest = (place + offset) % count
      return rest < 0 ? rest + count : rest
    }
  }

  /// A plane of the same shape with other values.
  func with(_ values: [Float]) -> TexturePlane {
    TexturePlane(width: width, height: height, axes: axes, values: values)
  }

  /// Smoothing by the cubic B-spline kernel 1 4 6 4 1 with its taps `spacing` pixels apart.
  ///
  /// One step of the undecimated "a trous" wavelet transform (Starck and Murtagh, "Image Restoration with Noise
  /// Suppression Using the Wavelet Transform", 1994), which, unlike a pyramid, treats all positions alike.
  func smoothed(spacing: Int) -> TexturePlane {
    smoothedRows(spacing).smoothedColumns(spacing)
  }

  /// Along each row.
  private func smoothedRows(_ spacing: Int) -> TexturePlane {
    let (first, second) = (columns(offset: -2 * spacing), columns(offset: -spacing))
    let (fourth, fifth) = (columns(offset: spacing), columns(offset: 2 * spacing))
    let result = unsafe [Float](unsafeUninitializedCapacity: values.count) { target, filled in
      unsafe values.withUnsafeBufferPointer { source in
        for y in 0..<height {
          let row = y * width
          for x in 0..<width {
            unsafe target[row + x] = unsafe Self.spline(
              source[row + first[x]], source[row + second[x]], source[row + x], source[row + fourth[x]],
              source[row + fifth[x]])
          }
        }
      }
      filled = values.count
    }
    return with(result)
  }

  /// Along each column.
  private func smoothedColumns(_ spacing: Int) -> TexturePlane {
    let (first, second) = (rows(offset: -2 * spacing), rows(offset: -spacing))
    let (fourth, fifth) = (rows(offset: spacing), rows(offset: 2 * spacing))
    let result = unsafe [Float](unsafeUninitializedCapacity: values.count) { target, filled in
      unsafe values.withUnsafeBufferPointer { source in
        for y in 0..<height {
          let row = y * width
          let (a, b) = (first[y] * width, second[y] * width)
          let (d, e) = (fourth[y] * width, fifth[y] * width)
          for x in 0..<width {
            unsafe target[row + x] = unsafe Self.spline(
              source[a + x], source[b + x], source[row + x], source[d + x], source[e + x])
          }
        }
      }
      filled = values.count
    }
    return with(result)
  }

  @inline(__always)
  private static func spline(_ a: Float, _ b: Float, _ c: Float, _ d: Float, _ e: Float) -> Float {
    ((a + e) + 4 * (b + d) + 6 * c) * (1 / 16)
  }

  /// Stretches the range between two order statistics to 0...1 and clamps the rest; a flat plane becomes 0.5.
  ///
  /// - Parameter tail: the share of values beyond each end.
  func normalized(tail: Double) -> TexturePlane {
    let count = Double(values.count)
    let below = Int(tail * count)
    let low = OrderStatistic.value(at: below, of: values)
    let high = OrderStatistic.value(at: values.count - 1 - below, of: values)
    guard high > low else { return with([Float](repeating: 0.5, count: values.count)) }
    return with(values.map { min(max(($0 - low) / (high - low), 0), 1) })
  }
}
