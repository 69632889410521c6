package import Images

/// How two pictures differ inside and outside a mask.
package struct PictureDifference: Sendable, Equatable, Codable {
  /// Largest difference of a sample where the mask is 0; 0 if there is no such place.
  package var maximumOutside: Float
  package var changedPixelsOutside: Int
  package var maximumInside: Float
  package var changedPixelsInside: Int

  /// Compares pictures of one size and number of channels. A sample that is not a number equals only its like.
  package init(_ first: FloatImage, _ second: FloatImage, mask: Mask) throws {
    try first.checkOverlay(of: second, mask: mask, channels: first.channels)
    self.init(maximumOutside: 0, changedPixelsOutside: 0, maximumInside: 0, changedPixelsInside: 0)
    for pixel in mask.values.indices {
      var largest: Float = 0
      for sample in pixel * first.channels..<(pixel + 1) * first.channels {
        let (a, b) = (first.samples[sample], second.samples[sample])
        guard a != b, !(a.isNaN && b.isNaN) else { continue }
        let difference = abs(a - b)
        largest = difference.isNaN ? .infinity : max(largest, difference)
      }
      guard largest > 0 else { continue }
      if mask.values[pixel] > 0 {
        maximumInside = max(maximumInside, largest)
        changedPixelsInside += 1
      } else {
        maximumOutside = max(maximumOutside, largest)
        changedPixelsOutside += 1
      }
    }
  }

  private init(
    maximumOutside: Float, changedPixelsOutside: Int, maximumInside: Float, changedPixelsInside: Int
  ) {
    self.maximumOutside = maximumOutside
    self.changedPixelsOutside = changedPixelsOutside
    self.maximumInside = maximumInside
    self.changedPixelsInside = changedPixelsInside
  }
}
