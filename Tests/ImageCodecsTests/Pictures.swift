import Images

/// Pictures of which every sample differs from its neighbours, made by a fixed rule.
enum Pictures {
  /// Integer samples are spread over their range; floats reach from -0.5 to 2.
  static func make(
    _ format: PixelFormat, width: Int = 37, height: Int = 23, profile: ColorProfile = .sRGB,
    metadata: ImageMetadata = ImageMetadata(), seed: UInt64 = 1
  ) -> Image {
    var state = seed
    var bytes: [UInt8] = []
    for _ in 0..<width * height * format.channels {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = UInt16(truncatingIfNeeded: state >> 40)
      switch format.sampleType {
      case .uint8: bytes.append(UInt8(value >> 8))
      case .uint16: withUnsafeBytes(of: value) { bytes += $0 }
      case .float32: withUnsafeBytes(of: Float(value) / 65535 * 2.5 - 0.5) { bytes += $0 }
      }
    }
    return Image(
      header: ImageHeader(width: width, height: height, format: format, profile: profile, metadata: metadata),
      bytes: bytes)
  }
}
