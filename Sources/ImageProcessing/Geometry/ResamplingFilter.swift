#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The kernels of resampling, in pixels of the coarser of the two grids.
package enum ResamplingFilter: String, Sendable, Codable, CaseIterable {
  /// The mean over the area of the new pixel.
  case area
  /// Catmull and Rom's cubic.
  case bicubic
  /// A sinc windowed to three lobes: the sharpest.
  case lanczos3

  /// Half-width.
  var support: Double {
    switch self {
    case .area: 0.5
    case .bicubic: 2
    case .lanczos3: 3
    }
  }

  /// The weight of a pixel whose centre lies `x` from the kernel's.
  ///
  /// - Parameter pixel: the pixel's width in the kernel's unit, at most 1.
  func weight(at x: Double, pixel: Double) -> Double {
    let distance = abs(x)
    switch self {
    case .area:
      // How much of the pixel lies in the kernel's square.
      return max(0, min(0.5, x + pixel / 2) - max(-0.5, x - pixel / 2))
    case .bicubic:
      if distance < 1 { return (1.5 * distance - 2.5) * distance * distance + 1 }
      return distance < 2 ? ((-0.5 * distance + 2.5) * distance - 4) * distance + 2 : 0
    case .lanczos3:
      guard distance < 3 else { return 0 }
      guard distance > 0 else { return 1 }
      let angle = Double.pi * distance
      return 3 * sin(angle) * sin(angle / 3) / (angle * angle)
    }
  }
}
