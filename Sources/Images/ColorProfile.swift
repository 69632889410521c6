/// What the numbers of a picture mean as colour.
package struct ColorProfile: Sendable, Hashable {
  /// Where the description came from.
  package enum Origin: Sendable, Hashable {
    /// An ICC profile in the file.
    case embedded
    /// Built from PNG's cICP, or gAMA and cHRM, chunks.
    case chunks
    /// The file says that it is sRGB.
    case declared
    /// The file says nothing, so sRGB is taken.
    case assumed
    /// The pixels were brought to sRGB while reading (CMYK).
    case converted
  }

  /// An ICC profile; nil stands for sRGB (for a grey picture, sRGB's tone curve).
  package var icc: [UInt8]?
  /// PNG's four code points (ITU-T H.273), written back to PNG as they came.
  package var codePoints: [UInt8]?
  package var origin: Origin

  package init(icc: [UInt8]?, codePoints: [UInt8]? = nil, origin: Origin) {
    self.icc = icc
    self.codePoints = codePoints
    self.origin = origin
  }

  package static let sRGB = ColorProfile(icc: nil, origin: .assumed)
}
