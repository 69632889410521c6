/// A picture in the sample format of its file, never converted behind the caller's back.
///
/// `bytes` holds `height` rows of `width` pixels as `header.format` says, row-major, samples in native byte order.
package struct Image: Sendable, Equatable {
  package var header: ImageHeader
  package var bytes: [UInt8]
  /// What was noticed while reading that its user should know.
  package var notices: [String]

  package init(header: ImageHeader, bytes: [UInt8], notices: [String] = []) {
    assert(bytes.count == header.rowBytes * header.height)
    self.header = header
    self.bytes = bytes
    self.notices = notices
  }

  package var width: Int { header.width }
  package var height: Int { header.height }
  package var format: PixelFormat { header.format }
  package var bounds: PixelRect { header.bounds }
}
