package import Images

extension Image {
  /// A new 8-bit sRGB picture of encoded samples in 0...1.
  package init(generated picture: FloatImage) {
    let format = PixelFormat(.uint8, .rgb)
    self.init(
      header: ImageHeader(width: picture.width, height: picture.height, format: format),
      bytes: picture.samples.map { UInt8(min(255, max(0, ($0 * 255).rounded()))) })
  }
}
