import CImageCodecs
package import Images

/// Writes the edit of a JPEG file as a JPEG whose untouched blocks keep their coefficients.
///
/// Encoding a picture again changes every pixel a little. Here only blocks of 8 x 8 pixels (16 x 16 where colour is
/// subsampled) that a patch touches are encoded, with the original's own tables; all others are copied.
package enum JPEGPatcher {
  /// Why an edit cannot be written this way and has to be encoded as a whole; nil when it can.
  package static func obstacle(for header: ImageHeader, options: EncodingOptions = EncodingOptions())
    -> String?
  {
    guard let source = header.source, source.fileFormat == .jpeg, source.jpeg != nil else {
      return "the source is no JPEG"
    }
    if options.jpegQuality != nil { return "another quality was asked for" }
    if source.orientation != .up { return "the picture was turned upright" }
    if source.isCMYK { return "the picture was converted from CMYK" }
    if header.format.sampleType != .uint8 || header.format.alpha != .none {
      return "its samples were converted"
    }
    return nil
  }

  /// Lays patches over the picture in a JPEG file and writes the result; holds the picture and its blocks in memory.
  ///
  /// - Parameters:
  ///   - original: the file that was edited.
  ///   - header: the original's, with the metadata to write.
  ///   - color: made for the original.
  ///   - path: the output, which may be the original only when the options do not protect it.
  /// - Returns: what was noticed.
  /// - Throws: `ImageCodecError`, also when there is an `obstacle`.
  @discardableResult
  package static func write(
    _ patches: [Patch], over original: String, header: ImageHeader, color: WorkingColor, to path: String,
    options: EncodingOptions = EncodingOptions(), limits: ImageLimits = ImageLimits()
  ) throws -> [String] {
    var options = options
    options.fileFormat = .jpeg
    if let obstacle = obstacle(for: header, options: options) {
      throw ImageCodecError(
        .usage, path: path, found: "the original's blocks cannot be kept: \(obstacle)",
        advice: "encode the picture as a whole")
    }
    var image = try ImageReader.decode(path: original, limits: limits)
    guard image.format == header.format, image.bounds == header.bounds else {
      throw ImageCodecError(
        .badData, path: original, found: "the original is not the picture that was edited")
    }
    for patch in patches { try color.apply(patch, to: &image) }
    let plan = try EncodingPlan(path: path, header: header, options: options)
    try plan.open().patchJPEG(
      original: original, pixels: image.bytes, touched: touched(patches, image), limits: limits)
    return plan.notices
  }

  /// One byte for each 8 x 8 block of the picture, 1 where a patch changes a pixel.
  private static func touched(_ patches: [Patch], _ image: Image) -> [UInt8] {
    let columns = (image.width + 7) / 8
    var blocks = [UInt8](repeating: 0, count: columns * ((image.height + 7) / 8))
    for patch in patches {
      let common = patch.rect.intersection(image.bounds)
      if common.isEmpty { continue }
      for y in common.y..<common.maxY {
        for x in common.x..<common.maxX where patch.changed[x - patch.rect.x, y - patch.rect.y] > 0 {
          blocks[y / 8 * columns + x / 8] = 1
        }
      }
    }
    return blocks
  }
}
