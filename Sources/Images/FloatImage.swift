/// A picture as interleaved 32-bit floats, the form every pixel computation works on.
///
/// `samples` holds `height` rows of `width` pixels of `channels` values, row-major. Values are nominally
/// 0...1 and are never clamped here: a float TIFF may hold more. What the numbers mean (linear or encoded,
/// which primaries) is the caller's to know.
package struct FloatImage: Sendable, Equatable {
  package let width: Int
  package let height: Int
  package let channels: Int
  package var samples: [Float]

  package init(width: Int, height: Int, channels: Int, samples: [Float]) {
    assert(samples.count == width * height * channels)
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }

  package init(width: Int, height: Int, channels: Int, repeating value: Float = 0) {
    self.init(
      width: width, height: height, channels: channels,
      samples: [Float](repeating: value, count: width * height * channels))
  }

  package subscript(x: Int, y: Int, channel: Int) -> Float {
    get { samples[(y * width + x) * channels + channel] }
    set { samples[(y * width + x) * channels + channel] = newValue }
  }
}
