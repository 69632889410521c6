/// Everything about a picture but its pixels.
package struct ImageHeader: Sendable, Hashable {
  package var width: Int
  package var height: Int
  package var format: PixelFormat
  package var profile: ColorProfile
  package var metadata: ImageMetadata
  /// The file it came from; nil for a new picture.
  package var source: SourceDescription?

  package init(
    width: Int, height: Int, format: PixelFormat, profile: ColorProfile = .sRGB,
    metadata: ImageMetadata = ImageMetadata(), source: SourceDescription? = nil
  ) {
    self.width = width
    self.height = height
    self.format = format
    self.profile = profile
    self.metadata = metadata
    self.source = source
  }

  package var rowBytes: Int { width * format.pixelBytes }
  package var bounds: PixelRect { PixelRect(x: 0, y: 0, width: width, height: height) }
}
