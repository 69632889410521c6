package import Images

extension PlacedMask {
  /// The smallest rectangle that holds every pixel over 0, or nil.
  package func boundingBox() -> PixelRect? {
    stored.boundingBox().map {
      PixelRect(x: frame.x + $0.x, y: frame.y + $0.y, width: $0.width, height: $0.height)
    }
  }

  /// Pixels over 0.
  package var selectedPixelCount: Int { stored.values.count { $0 > 0 } }

  /// `Mask.grown`, whose selection may reach beyond the frame.
  package func grown(by radius: Float) -> PlacedMask {
    guard radius > 0, !frame.isEmpty else { return self }
    // No further than the picture: any radius is a number of pixels then.
    let reach = min(radius, Float(max(width, height)))
    return widened(by: Int(reach.rounded(.up))) { $0.grown(by: radius) }
  }

  /// `Mask.shrunk`; what lies around the frame is not selected, the picture's border is none.
  package func shrunk(by radius: Float) -> PlacedMask {
    guard radius > 0, !frame.isEmpty else { return self }
    return widened(by: 1) { $0.shrunk(by: radius) }
  }

  /// Applies `shape` to the frame and so many pixels around it, as far as the picture goes.
  private func widened(by pixels: Int, _ shape: (Mask) -> Mask) -> PlacedMask {
    let around = PixelRect(
      x: frame.x - pixels, y: frame.y - pixels,
      width: frame.width + 2 * pixels, height: frame.height + 2 * pixels
    ).intersection(PixelRect(x: 0, y: 0, width: width, height: height))
    return PlacedMask(width: width, height: height, frame: around, stored: shape(cropped(to: around)))
  }
}
