import Images

/// Reads a picture's pixels as colours: grey is spread over three channels, alpha is left out.
///
/// A float picture may hold anything: what is no number reads as 0, and what is out of all proportion is
/// limited, so that squares stay finite.
struct ColorReader {
  private let samples: [Float]
  private let stride: Int
  private let green: Int
  private let blue: Int

  private static let largest: Float = 1000

  init(_ picture: FloatImage) throws(MattingError) {
    guard (1...4).contains(picture.channels) else { throw .channels(found: picture.channels) }
    guard picture.width.multipliedReportingOverflow(by: picture.height).partialValue < Int(Int32.max) else {
      throw .parameter(
        name: "the picture's number of pixels", found: "\(picture.width) x \(picture.height)",
        expected: "less than 2^31")
    }
    let sound = picture.samples.allSatisfy { abs($0) <= Self.largest }
    samples =
      sound
      ? picture.samples
      : picture.samples.map { $0.isNaN ? 0 : min(Self.largest, max(-Self.largest, $0)) }
    stride = picture.channels
    green = picture.channels >= 3 ? 1 : 0
    blue = picture.channels >= 3 ? 2 : 0
  }

  @inline(__always)
  subscript(pixel: Int) -> SIMD3<Float> {
    let base = pixel * stride
    return SIMD3(samples[base], samples[base + green], samples[base + blue])
  }

  /// The colours as a picture of three channels.
  func image(width: Int, height: Int) -> FloatImage {
    if stride == 3 { return FloatImage(width: width, height: height, channels: 3, samples: samples) }
    var result = FloatImage(width: width, height: height, channels: 3)
    for pixel in 0..<width * height {
      let color = self[pixel]
      for c in 0..<3 { result.samples[pixel * 3 + c] = color[c] }
    }
    return result
  }
}
