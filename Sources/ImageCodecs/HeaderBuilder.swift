import CImageCodecs
import Images

/// Turns what a decoder found into an `ImageHeader`, for the picture as it will be delivered: upright, in RGB or grey.
struct HeaderBuilder {
  let decoder: DecoderHandle
  private(set) var header: ImageHeader
  private(set) var orientation: Orientation
  private(set) var notices: [String]
  /// The profile of CMYK pixels, which are not delivered as such.
  private(set) var inkProfile: [UInt8]?

  init(_ decoder: DecoderHandle) {
    self.decoder = decoder
    let info = decoder.info
    let fileFormat: FileFormat =
      Int(info.format) == IC_PNG ? .png : Int(info.format) == IC_JPEG ? .jpeg : .tiff
    let sampleType: SampleType =
      Int(info.sample_type) == IC_UINT8 ? .uint8 : Int(info.sample_type) == IC_UINT16 ? .uint16 : .float32
    let alpha: AlphaKind =
      Int(info.alpha) == IC_ALPHA_NONE
      ? .none : Int(info.alpha) == IC_ALPHA_STRAIGHT ? .straight : .associated
    header = ImageHeader(
      width: Int(info.width), height: Int(info.height),
      format: PixelFormat(sampleType, info.color_channels == 1 ? .gray : .rgb, alpha: alpha))
    orientation = Orientation(rawValue: Int(info.orientation)) ?? .up
    notices = []
    describeSource(fileFormat)
    takeMetadata(fileFormat)
    if orientation.swapsAxes { swap(&header.width, &header.height) }
    header.source?.orientation = orientation
    takeProfile()
    cleanMetadata()
  }

  private mutating func describeSource(_ fileFormat: FileFormat) {
    let info = decoder.info
    var source = SourceDescription(fileFormat: fileFormat, bitsPerSample: Int(info.source_bits))
    source.isPalette = info.palette != 0
    source.isInterlaced = info.interlaced != 0
    source.isProgressive = info.progressive != 0
    source.isTiled = info.tiled != 0
    source.isPlanar = info.planar != 0
    source.isCMYK = info.color_channels == 4
    if fileFormat == .jpeg {
      source.jpeg = JPEGCoding(
        quality: Int(info.jpeg_quality), horizontal: Int(info.jpeg_horizontal),
        vertical: Int(info.jpeg_vertical), tables: decoder.quantisation)
    } else if fileFormat == .tiff {
      source.tiffCompression = TIFFCompression(rawValue: Int(info.compression))
    }
    header.source = source
    if source.isPalette { notices.append("the palette was expanded to \(header.format.channels) channels") }
    if source.isCMYK { notices.append("CMYK was converted to sRGB; the profile was not kept") }
    if info.source_bits < 8 && !source.isPalette {
      notices.append("\(info.source_bits)-bit samples were expanded to 8 bits without loss")
    }
    if info.pages > 1 {
      let part = fileFormat == .png ? "frame" : "page"
      notices.append("the file has more than one \(part); the first was used")
    }
    if info.dropped_channels > 0 {
      notices.append("\(info.dropped_channels) extra channel(s) were left out")
    }
  }

  private mutating func takeMetadata(_ fileFormat: FileFormat) {
    let info = decoder.info
    header.metadata.exif =
      fileFormat == .tiff ? TIFFMetadata.exif(of: decoder) : decoder.block(IC_BLOCK_EXIF)
    header.metadata.xmp = decoder.block(IC_BLOCK_XMP)
    if info.resolution_unit != 0 {
      header.metadata.resolution = Resolution(
        x: info.x_resolution, y: info.y_resolution,
        unit: info.resolution_unit == 1 ? .ratio : info.resolution_unit == 2 ? .inch : .centimetre)
    }
    if fileFormat != .tiff, let exif = header.metadata.exif {
      if let block = ExifBlock(exif) {
        orientation = block.orientation
      } else {
        notices.append("the EXIF block cannot be read and was dropped")
        header.metadata.exif = nil
      }
    }
  }

  /// Texts may follow the pixels, so they are taken again when those have been read.
  mutating func takeTexts() {
    var texts = decoder.texts
    if let index = texts.lastIndex(where: { $0.keyword == "parameters" }) {
      header.metadata.recipe = texts[index].value
      texts.removeAll { $0.keyword == "parameters" }
    }
    header.metadata.texts = texts
    if header.metadata.xmp == nil, let late = decoder.block(IC_BLOCK_XMP) {
      header.metadata.xmp = late
      cleanPacket()
    }
    for notice in decoder.notices where !notices.contains(notice) { notices.append(notice) }
  }

  private mutating func cleanMetadata() {
    if let exif = header.metadata.exif, var block = ExifBlock(exif) {
      notices += block.describe(width: header.width, height: header.height)
      header.metadata.exif = block.bytes
    }
    cleanPacket()
    takeTexts()
  }

  private mutating func cleanPacket() {
    guard let xmp = header.metadata.xmp else { return }
    guard var packet = XMPPacket(xmp) else {
      notices.append("the XMP packet cannot be read and was dropped")
      header.metadata.xmp = nil
      return
    }
    if packet.describeUpright() {
      notices.append("the XMP thumbnail was dropped: it would show the old picture")
    }
    if let recipe = packet.recipe {
      header.metadata.recipe = recipe
      packet.setRecipe(nil)
    }
    // A packet that we made for the recipe alone is not the picture's.
    header.metadata.xmp = packet.text == XMPPacket().text ? nil : packet.bytes
  }

  private mutating func takeProfile() {
    let info = decoder.info
    if let icc = decoder.block(IC_BLOCK_ICC) {
      let channels = unsafe ic_profile_channels(icc, icc.count)
      if channels == info.color_channels {
        if channels == 4 {
          inkProfile = icc
        } else {
          header.profile = ColorProfile(icc: icc, codePoints: decoder.block(IC_BLOCK_CICP), origin: .embedded)
          return
        }
      } else {
        notices.append(
          channels == 0
            ? "the colour profile cannot be used and was dropped; sRGB is assumed"
            : "the colour profile is for \(channels) channel(s), the picture has \(info.color_channels): it was dropped and sRGB is assumed"
        )
      }
    }
    if info.color_channels == 4 {
      header.profile = ColorProfile(icc: nil, origin: .converted)
      if inkProfile == nil {
        notices.append("the CMYK picture has no colour profile; a plain conversion was used")
      }
      return
    }
    if let points = decoder.block(IC_BLOCK_CICP), points.count == 4, takeCodePoints(points) { return }
    if info.has_srgb != 0 {
      header.profile = ColorProfile(icc: nil, origin: .declared)
    } else if info.has_gamma != 0 || info.has_chromaticities != 0 {
      takeChromaticities()
    }
  }

  private mutating func takeCodePoints(_ points: [UInt8]) -> Bool {
    guard points[2] == 0, points[3] == 1 else {
      notices.append(
        "the cICP chunk asks for a matrix or a narrow range, which PNG does not have; it was dropped")
      return false
    }
    if points[0] == 1 && points[1] == 13 {
      header.profile = ColorProfile(icc: nil, codePoints: points, origin: .declared)
      return true
    }
    var length = 0
    let made = unsafe ic_profile_from_code_points(
      Int32(points[0]), Int32(points[1]), Int32(header.format.colorChannels), &length)
    if let icc = unsafe Self.taken(made, length) {
      header.profile = ColorProfile(icc: icc, codePoints: points, origin: .chunks)
    } else {
      notices.append(
        "colours of code points \(points[0])/\(points[1]) (cICP) cannot be converted: the model sees them as sRGB"
      )
      header.profile = ColorProfile(icc: nil, codePoints: points, origin: .chunks)
    }
    return true
  }

  private mutating func takeChromaticities() {
    let info = decoder.info
    let known = info.has_chromaticities != 0
    var length = 0
    // A file with only one of the two means sRGB's other half.
    let made = unsafe ic_profile_from_chromaticities(
      info.has_gamma != 0 ? info.gamma : 0, Int32(header.format.colorChannels),
      known ? info.white_x : 0.3127, known ? info.white_y : 0.3290, known ? info.red_x : 0.64,
      known ? info.red_y : 0.33, known ? info.green_x : 0.30, known ? info.green_y : 0.60,
      known ? info.blue_x : 0.15, known ? info.blue_y : 0.06, &length)
    if let icc = unsafe Self.taken(made, length) {
      header.profile = ColorProfile(icc: icc, origin: .chunks)
    } else {
      notices.append("the gAMA and cHRM chunks describe no possible colour space; sRGB is assumed")
    }
  }

  private static func taken(_ made: UnsafeMutablePointer<UInt8>?, _ length: Int) -> [UInt8]? {
    guard let made = unsafe made else { return nil }
    defer { unsafe ic_free(made) }
    return unsafe [UInt8](UnsafeBufferPointer(start: made, count: length))
  }
}
