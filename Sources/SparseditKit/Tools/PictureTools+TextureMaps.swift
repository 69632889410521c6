import Edits
import Grading
import ImageCodecs
import Images

extension PictureTools {
  /// Estimates material maps from a texture and writes them; see `TextureMaps` for how and with what limits.
  ///
  /// Maps hold numbers, not colours, and carry no profile.
  @discardableResult
  public static func makeTextureMaps(
    _ request: TextureMapRequest, cancellation: Cancellation = Cancellation()
  ) throws(SparseditError) -> TextureMapReport {
    try translatingErrors {
      guard request.bits == 8 || request.bits == 16 else {
        throw SparseditError(.usage, "--map-depth \(request.bits): expected 8 or 16")
      }
      let outputs = request.kinds.map { kind in
        var output = OutputRequest(request.path(of: kind))
        output.overwrites = request.overwrites
        return (kind: kind, output: output)
      }
      for (_, output) in outputs { try output.check(protecting: [request.image]) }
      let image = try ImageReader.decode(path: request.image)
      var notices = image.notices
      let space = WorkingSpace.of(image.header, request.image, notices: &notices)
      let maps = try TextureMaps(
        of: image.channels, space: space, axes: request.tileAxes, settings: request.settings)
      for (kind, output) in outputs {
        try cancellation.check()
        let map = maps.map(kind)
        notices += try ImageWriter.encode(
          Image(map: map, bits: request.bits), to: output.path,
          options: output.encodingOptions(protecting: [request.image]))
      }
      return TextureMapReport(
        outputs: Dictionary(uniqueKeysWithValues: outputs.map { ($0.kind.rawValue, $0.output.path) }),
        width: image.width, height: image.height, notices: notices)
    }
  }
}

extension TextureMapRequest {
  fileprivate var tileAxes: TileAxes {
    switch axes {
    case .x: .x
    case .y: .y
    case .xy: .both
    case .none: []
    }
  }

  fileprivate var settings: TextureMapSettings {
    var settings = TextureMapSettings()
    settings.largestFeature = largestFeature
    settings.balance = balance
    settings.invertsHeight = invertsHeight
    settings.depth = depth
    settings.convention = greenDown ? .directX : .openGL
    settings.roughness = roughness
    settings.occlusionRadius = occlusionRadius
    return settings
  }
}

extension TextureMaps {
  fileprivate func map(_ kind: TextureMapRequest.Kind) -> FloatImage {
    switch kind {
    case .height: height
    case .normal: normal
    case .roughness: roughness
    case .occlusion: occlusion
    }
  }
}

extension Image {
  /// All channels as floats.
  fileprivate var channels: FloatImage {
    FloatImage(
      width: width, height: height, channels: format.channels,
      samples: SampleRow.floats(
        of: bytes, from: 0, count: width * height * format.channels, type: format.sampleType))
  }

  /// A picture of numbers in 0...1 with 8 or 16 bits.
  fileprivate init(map: FloatImage, bits: Int) {
    let format = PixelFormat(bits == 16 ? .uint16 : .uint8, map.channels == 1 ? .gray : .rgb)
    var bytes = [UInt8](repeating: 0, count: map.samples.count * format.sampleType.byteCount)
    for (index, value) in map.samples.enumerated() {
      SampleRow.store(value, in: &bytes, sample: index, type: format.sampleType)
    }
    self.init(header: ImageHeader(width: map.width, height: map.height, format: format), bytes: bytes)
  }
}
