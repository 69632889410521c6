import CImageCodecs
import Images

/// What goes into a file beside the pixels, and how they are compressed.
struct EncodingPlan {
  let path: String?
  let header: ImageHeader
  let fileFormat: FileFormat
  let converter: RowConverter
  let options: EncodingOptions
  private(set) var encoding = ic_encoding()
  private(set) var notices: [String] = []
  private var exif: [UInt8]?
  private var xmp: [UInt8]?
  private var side: TIFFMetadata.Side?

  /// A JPEG marker holds 65,533 bytes, its name included.
  private static let largestMarker = 65533

  /// - Throws: `ImageCodecError` for an output of no known format, a size it cannot hold, or a protected file.
  init(path: String?, header: ImageHeader, options: EncodingOptions) throws {
    let name = path ?? "picture"
    guard let fileFormat = options.fileFormat ?? path.flatMap(FileFormat.init(path:)) else {
      throw ImageCodecError(
        .usage, path: name, found: "its name says no known format",
        expected: ".png, .jpg, .jpeg, .tif or .tiff")
    }
    let most = fileFormat == .jpeg ? 65500 : 0x7FFF_FFFF
    guard header.width > 0, header.height > 0, header.width <= most, header.height <= most else {
      throw ImageCodecError(
        .usage, path: name, found: "\(fileFormat.name) cannot hold \(header.width) x \(header.height) pixels",
        expected: "1 to \(most) in each direction", advice: "choose another format or size")
    }
    if let path, let input = options.protectedPaths.first(where: { unsafe ic_same_file($0, path) != 0 }) {
      throw ImageCodecError(
        .cannotCreate, path: path, found: "it is the input \(input)",
        advice: "choose another output, or ask for the input to be overwritten")
    }
    self.path = path
    self.header = header
    self.fileFormat = fileFormat
    self.options = options
    converter = RowConverter(from: header.format, for: fileFormat)
    notices = converter.notices(for: fileFormat)
    planFormat()
    planCompression()
    planResolution()
    planMetadata()
  }

  private var format: PixelFormat { converter.target }

  private mutating func planFormat() {
    encoding.format = Int32(fileFormat == .png ? IC_PNG : fileFormat == .jpeg ? IC_JPEG : IC_TIFF)
    encoding.width = UInt32(header.width)
    encoding.height = UInt32(header.height)
    encoding.color_channels = Int32(format.colorChannels)
    encoding.alpha = Int32(
      format.alpha == .none
        ? IC_ALPHA_NONE : format.alpha == .straight ? IC_ALPHA_STRAIGHT : IC_ALPHA_ASSOCIATED)
    encoding.sample_type = Int32(
      format.sampleType == .uint8 ? IC_UINT8 : format.sampleType == .uint16 ? IC_UINT16 : IC_FLOAT32)
    encoding.level = Int32(min(9, max(1, options.level)))
    encoding.srgb = header.profile.icc == nil && header.profile.codePoints == nil ? 1 : 0
  }

  /// Creates the output and hands blocks, texts and tables to its encoder.
  func open() throws -> EncoderHandle {
    let handle = try EncoderHandle(
      path: path, isDurable: options.isDurable, encoding: encoding,
      call: CodecCall(path: path ?? "picture", subject: fileFormat.name))
    try fill(handle)
    return handle
  }

  private func fill(_ handle: EncoderHandle) throws {
    if let icc = header.profile.icc {
      try handle.setBlock(IC_BLOCK_ICC, fileFormat == .png ? Self.repaired(icc) : icc)
    }
    if fileFormat == .png, let points = header.profile.codePoints {
      try handle.setBlock(IC_BLOCK_CICP, points)
    }
    if let exif { try handle.setBlock(IC_BLOCK_EXIF, exif) }
    if let xmp { try handle.setBlock(IC_BLOCK_XMP, xmp) }
    if fileFormat == .jpeg, options.jpegQuality == nil, let tables = header.source?.jpeg?.tables {
      for (table, steps) in tables.prefix(format.colorChannels).enumerated() {
        try handle.setQuantisation(table, steps)
      }
    }
    if let side {
      try handle.setBlock(IC_BLOCK_SIDE, side.bytes)
      for (tag, value) in side.texts { try handle.addField(tag: tag, text: value) }
    }
    guard options.keepsMetadata else { return }
    let texts = header.metadata.texts.filter { Self.isKeyword($0.keyword) }
    if fileFormat == .png {
      if let recipe = header.metadata.recipe { try handle.addText(keyword: "parameters", value: recipe) }
      for text in texts.prefix(200) { try handle.addText(keyword: text.keyword, value: text.value) }
    } else if fileFormat == .jpeg {
      for text in texts where text.keyword == "Comment" {
        try handle.addText(keyword: "Comment", value: text.value)
      }
    }
  }

  private mutating func planCompression() {
    let source = header.source
    let kept = source?.tiffCompression.flatMap { $0 == .jpeg ? nil : $0 }
    encoding.compression = Int32((options.tiffCompression ?? kept ?? .deflate).rawValue)
    let quality = options.jpegQuality ?? source?.jpeg.flatMap { $0.quality > 0 ? $0.quality : nil } ?? 95
    encoding.jpeg_quality = Int32(min(100, max(1, quality)))
    encoding.jpeg_horizontal = quality >= 90 ? 1 : 2
    encoding.jpeg_vertical = quality >= 90 ? 1 : 2
    if let jpeg = source?.jpeg, [1, 2, 4].contains(jpeg.horizontal), [1, 2, 4].contains(jpeg.vertical) {
      encoding.jpeg_horizontal = Int32(jpeg.horizontal)
      encoding.jpeg_vertical = Int32(jpeg.vertical)
    }
    let (pixels, tooMany) = header.width.multipliedReportingOverflow(by: header.height)
    let (bytes, tooLarge) = pixels.multipliedReportingOverflow(by: format.pixelBytes)
    encoding.big_tiff = tooMany || tooLarge || bytes > options.bigTIFFThreshold ? 1 : 0
  }

  private mutating func planResolution() {
    guard let resolution = header.metadata.resolution, resolution.x > 0, resolution.y > 0,
      resolution.x.isFinite, resolution.y.isFinite
    else { return }
    encoding.resolution_unit =
      switch resolution.unit {
      case .ratio: 1
      case .inch: 2
      case .centimetre: 3
      }
    encoding.x_resolution = resolution.x
    encoding.y_resolution = resolution.y
  }

  private mutating func planMetadata() {
    guard options.keepsMetadata else { return }
    let metadata = header.metadata
    xmp = metadata.xmp
    if fileFormat != .png, let recipe = metadata.recipe {
      var packet = metadata.xmp.flatMap(XMPPacket.init) ?? XMPPacket()
      packet.setRecipe(recipe)
      xmp = packet.bytes
    }
    if let block = metadata.exif, var described = ExifBlock(block) {
      _ = described.describe(width: header.width, height: header.height)
      exif = described.bytes
    }
    if fileFormat == .tiff, let block = exif {
      side = TIFFMetadata.side(of: block, isBig: encoding.big_tiff != 0)
      encoding.exif_offset = side?.exifOffset ?? 0
      encoding.gps_offset = side?.gpsOffset ?? 0
      exif = nil
    }
    if fileFormat == .jpeg {
      if let block = exif, block.count + 6 > Self.largestMarker {
        notices.append("the EXIF block is too large for JPEG and was left out")
        exif = nil
      }
      if let packet = xmp, packet.count + 30 > Self.largestMarker {
        notices.append("the XMP packet is too large for JPEG and was left out")
        xmp = nil
      }
    }
  }

  /// A profile with the two faults that are common and that libpng refuses put right: a length that is no whole
  /// number of words, and a rendering intent in the wrong byte order.
  private static func repaired(_ profile: [UInt8]) -> [UInt8] {
    guard profile.count >= 128 else { return profile }
    var result = profile + [UInt8](repeating: 0, count: (4 - profile.count % 4) % 4)
    if result.count != profile.count {
      for byte in 0..<4 { result[byte] = UInt8(truncatingIfNeeded: result.count >> (24 - 8 * byte)) }
    }
    if result[64] | result[65] | result[66] != 0 {
      result.replaceSubrange(64..<68, with: [0, 0, 0, result[64] <= 3 ? result[64] : 0])
    }
    return result
  }

  /// PNG's rule for keywords: 1 to 79 bytes, here of printable ASCII without spaces at the ends.
  private static func isKeyword(_ text: String) -> Bool {
    let bytes = [UInt8](text.utf8)
    return (1...79).contains(bytes.count) && bytes.allSatisfy { (0x20...0x7E).contains($0) }
      && bytes.first != 0x20 && bytes.last != 0x20
  }
}
