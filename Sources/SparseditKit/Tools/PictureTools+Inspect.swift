import Edits
import Grading
import ImageCodecs
import ImageProcessing
import Images

extension PictureTools {
  /// Describes a picture; all of it is decoded, since texts may follow the pixels.
  public static func inspect(
    _ request: InspectRequest, cancellation: Cancellation = Cancellation()
  ) throws(SparseditError) -> PictureDescription {
    try translatingErrors {
      let reader = try ImageReader(path: request.image)
      var statistics = PictureStatistics(format: reader.header.format)
      let keepsPixels = request.seamRatio || request.mask != nil
      var samples: [Float] = []
      try reader.forEachBand(cancellation) { rows, _ in
        if request.statistics { statistics.add(rows) }
        if keepsPixels { samples += colors(of: rows, reader.header.format) }
      }
      var description = PictureDescription(reader.header, file: request.image, notices: reader.notices)
      if request.statistics { description.statistics = statistics.described }
      guard keepsPixels else { return description }
      let header = reader.header
      let picture = FloatImage(
        width: header.width, height: header.height, channels: header.format.colorChannels, samples: samples)
      if request.seamRatio {
        let ratio = picture.repeatSeamRatio()
        description.seamRatio = .init(x: ratio.x, y: ratio.y)
      }
      if let path = request.mask {
        let (mask, notices) = try MaskFile.read(path: path)
        description.notices += notices
        try mask.check(path, over: header, request.image)
        description.maskSeamRatio = picture.seamRatio(along: mask)
      }
      return description
    }
  }

  /// The colour samples of whole pixels.
  private static func colors(of rows: [UInt8], _ format: PixelFormat) -> [Float] {
    let samples = SampleRow.floats(
      of: rows, from: 0, count: rows.count / format.sampleType.byteCount, type: format.sampleType)
    if format.alpha == .none { return samples }
    var colors: [Float] = []
    colors.reserveCapacity(samples.count)
    for start in stride(from: 0, to: samples.count, by: format.channels) {
      colors += samples[start..<start + format.colorChannels]
    }
    return colors
  }
}

extension PixelFormat {
  /// What each channel is called in reports.
  var channelNames: [String] {
    (colorModel == .gray ? ["grey"] : ["red", "green", "blue"]) + (alpha == .none ? [] : ["alpha"])
  }
}

extension PictureStatistics {
  fileprivate var described: [PictureDescription.Channel] {
    zip(format.channelNames, channels).map { name, figures in
      let count = Double(max(figures.count, 1))
      return PictureDescription.Channel(
        name: name, minimum: figures.count > 0 ? figures.minimum : nil,
        maximum: figures.count > 0 ? figures.maximum : nil, mean: figures.mean, deviation: figures.deviation,
        atBlack: Double(figures.atBlack) / count, atWhite: Double(figures.atWhite) / count,
        notFinite: figures.notFinite)
    }
  }
}

extension PictureDescription {
  fileprivate init(_ header: ImageHeader, file: String, notices: [String]) {
    let source = header.source
    self.file = file
    fileFormat = source?.fileFormat.name ?? ""
    width = header.width
    height = header.height
    depth = source?.bitsPerSample ?? header.format.sampleType.byteCount * 8
    format = header.format.description
    profile = Profile(
      name: header.profile.name ?? (header.profile.icc == nil ? "sRGB" : "unnamed"),
      origin: "\(header.profile.origin)", bytes: header.profile.icc?.count ?? 0)
    orientation = source?.orientation.rawValue ?? 1
    pixelsPerInch = header.metadata.resolution.flatMap { resolution in
      switch resolution.unit {
      case .ratio: nil
      case .inch: [resolution.x, resolution.y]
      case .centimetre: [resolution.x * 2.54, resolution.y * 2.54]
      }
    }
    exifBytes = header.metadata.exif?.count ?? 0
    xmpBytes = header.metadata.xmp?.count ?? 0
    jpegQuality = source?.jpeg.flatMap { $0.quality > 0 ? $0.quality : nil }
    traits = [
      (source?.isPalette, "palette"), (source?.isInterlaced, "interlaced"),
      (source?.isProgressive, "progressive"), (source?.isTiled, "tiled"), (source?.isPlanar, "planar"),
      (source?.isCMYK, "CMYK"),
    ].compactMap { $0 == true ? $1 : nil }
    parameters = header.metadata.recipe
    recipe = header.metadata.recipe.flatMap { try? Recipe(parameters: $0).texts() }
    self.notices = notices
  }
}
