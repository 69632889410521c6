import Images
import Testing

@testable import ImageCodecs

@Suite struct WorkingColorTests {
  private func profile() throws -> ColorProfile {
    try ColorProfile(icc: Fixture.bytes("p3.icc"), origin: .embedded)
  }

  private func picture(_ colors: [[Float]], _ profile: ColorProfile, _ sampleType: SampleType = .float32)
    -> Image
  {
    let format = PixelFormat(sampleType, .rgb)
    var bytes = [UInt8](repeating: 0, count: colors.count * format.pixelBytes)
    for (index, value) in colors.flatMap({ $0 }).enumerated() {
      SampleRow.store(value, in: &bytes, sample: index, type: sampleType)
    }
    return Image(
      header: ImageHeader(width: colors.count, height: 1, format: format, profile: profile), bytes: bytes)
  }

  private func whole(_ image: Image, _ color: WorkingColor) -> Patch {
    let pixels = color.pixels(of: image, in: image.bounds)
    return Patch(
      rect: image.bounds, color: pixels.color, alpha: pixels.alpha,
      changed: Mask(width: image.width, height: image.height, repeating: 1))
  }

  /// The numbers were computed from the primaries with numpy. A profile holds its own in steps of 1/65536, which
  /// the encoding's slope of 12.92 at black turns into 2e-4; matrices of sRGB in circulation differ by as much again.
  @Test func wideGamutGoesOutsideTheUnitCube() throws {
    let colors: [[Float]] = [[1, 0, 0], [0, 1, 0], [0.25, 0.5, 0.75], [0.9, 0.8, 0.1], [0.5, 0.5, 0.5]]
    let expected: [[Float]] = [
      [1.09303, -0.22674, -0.15019], [-0.51146, 1.01827, -0.31071], [0.09416, 0.51160, 0.77671],
      [0.92310, 0.80044, -0.26431], [0.50401, 0.50400, 0.50389],
    ]
    let image = try picture(colors, profile())
    let pixels = try WorkingColor(header: image.header).pixels(of: image, in: image.bounds)
    for (value, wanted) in zip(pixels.color.samples, expected.flatMap { $0 }) {
      #expect(abs(value - wanted) < 1e-3)
    }
  }

  @Test func codePointsMeanWhatTheySay() throws {
    // Display P3's red in sRGB, CSS Color 4's well-known numbers.
    let header = try ImageReader.decode(path: Fixture.path("p3-cicp.png")).header
    #expect(header.profile.codePoints == [12, 13, 0, 1])
    let image = picture([[1, 0, 0]], header.profile)
    let red = try WorkingColor(header: image.header).pixels(of: image, in: image.bounds).color.samples
    for (value, wanted) in zip(red, [1.0931, -0.2267, -0.1501] as [Float]) {
      #expect(abs(value - wanted) < 1e-3)
    }
  }

  @Test func chunksBecomeTheSameProfileEveryTime() throws {
    let first = try ImageReader.decode(path: Fixture.path("adobe-gama-chrm.png")).header.profile
    #expect(first.origin == .chunks)
    #expect(first.icc != nil)
    #expect(try ImageReader.decode(path: Fixture.path("adobe-gama-chrm.png")).header.profile == first)
    // A power of 2.1993 puts half grey at 0.5040 on sRGB's curve; Adobe RGB's green is far outside sRGB.
    let image = picture([[0.5, 0.5, 0.5], [0, 1, 0]], first)
    let values = try WorkingColor(header: image.header).pixels(of: image, in: image.bounds).color.samples
    #expect(values[0..<3].allSatisfy { abs($0 - 0.5040) < 1e-3 })
    #expect(values[3] < -0.4)
  }

  /// Every sample goes to the working space and back to itself. Through a profile a 16-bit sample may move by one:
  /// the model's space is 32-bit float, whose steps near white are 1/256 of a 16-bit step, times two curves. Next to
  /// black a power law's slope has no bound and rounding of the brighter channels shows: 3 steps at 38 of 65535.
  @Test(arguments: [SampleType.uint8, .uint16], [AlphaKind.none, .straight])
  func unchangedColorsComeBack(_ sampleType: SampleType, _ alpha: AlphaKind) throws {
    for profile in [ColorProfile.sRGB, try profile()] {
      for model in [ColorModel.rgb, .gray] where model == .rgb || profile.icc == nil {
        let image = Pictures.make(
          PixelFormat(sampleType, model, alpha: alpha), width: 64, height: 32, profile: profile)
        let color = try WorkingColor(header: image.header)
        var again = image
        try color.apply(whole(image, color), to: &again)
        if sampleType == .uint8 || profile.icc == nil {
          #expect(again.bytes == image.bytes)
        } else {
          let before = SampleRow.floats(of: image.bytes, from: 0, count: image.bytes.count / 2, type: .uint16)
          let after = SampleRow.floats(of: again.bytes, from: 0, count: image.bytes.count / 2, type: .uint16)
          #expect(zip(before, after).allSatisfy { abs($0 - $1) * 65535 < ($0 < 64 / 65535 ? 4 : 1.5) })
        }
      }
    }
  }

  @Test func floatsOutsideTheUnitRangeAreKept() throws {
    let image = Pictures.make(PixelFormat(.float32, .rgb, alpha: .straight))
    let color = try WorkingColor(header: image.header)
    var again = image
    try color.apply(whole(image, color), to: &again)
    #expect(again.bytes == image.bytes)
    #expect(color.pixels(of: image, in: image.bounds).color.samples.contains { $0 > 1.5 })
  }

  @Test(arguments: [SampleType.uint8, .uint16, .float32], [AlphaKind.none, .straight, .associated])
  func onlyChangedSamplesAreTouched(_ sampleType: SampleType, _ alpha: AlphaKind) throws {
    let image = try Pictures.make(PixelFormat(sampleType, .rgb, alpha: alpha), profile: profile())
    let color = try WorkingColor(header: image.header)
    let rect = PixelRect(x: 5, y: 3, width: 20, height: 12)
    var changed = Mask(width: 20, height: 12)
    for y in 2..<9 { for x in 4..<15 { changed[x, y] = x == 7 ? 1e-6 : 1 } }
    var patch = Patch(
      rect: rect, color: FloatImage(width: 20, height: 12, channels: 3, repeating: 0.5), changed: changed)
    patch.color[0, 0, 0] = .nan
    var edited = image
    try color.apply(patch, to: &edited)
    let size = image.format.pixelBytes
    for y in 0..<image.height {
      for x in 0..<image.width {
        let range = (y * image.width + x) * size..<(y * image.width + x + 1) * size
        let inside = x >= 9 && x < 20 && y >= 5 && y < 12
        #expect((edited.bytes[range] == image.bytes[range]) == !inside)
      }
    }
    // The same by rows, in bands that do not line up with the patch.
    var bands: [UInt8] = []
    for top in stride(from: 0, to: image.height, by: 5) {
      let end = min(image.height, top + 5)
      var rows = [UInt8](image.bytes[top * image.header.rowBytes..<end * image.header.rowBytes])
      try color.apply(patch, toRows: &rows, width: image.width, firstRow: top)
      bands += rows
    }
    #expect(bands == edited.bytes)
  }

  @Test func associatedAlphaIsMultipliedIn() throws {
    let format = PixelFormat(.uint8, .rgb, alpha: .associated)
    var image = Image(
      header: ImageHeader(width: 2, height: 1, format: format), bytes: [40, 80, 120, 128, 10, 20, 30, 0])
    let color = try WorkingColor(header: image.header)
    let pixels = color.pixels(of: image, in: image.bounds)
    // 40 at an opacity of 128 is 79.7; under no opacity there is no colour.
    #expect(abs(pixels.color.samples[0] - 40.0 / 128) < 1e-6)
    #expect(pixels.color.samples[3] == 0)
    #expect(pixels.alpha?.values == [128.0 / 255, 0])
    var changed = whole(image, color)
    changed.alpha = Mask(width: 2, height: 1, values: [1, 0.5])
    changed.color = FloatImage(width: 2, height: 1, channels: 3, repeating: 0.8)
    try color.apply(changed, to: &image)
    #expect(image.bytes == [204, 204, 204, 255, 102, 102, 102, 128])
  }

  @Test func grayTakesTheLuminanceOfColor() throws {
    var image = Image(
      header: ImageHeader(width: 2, height: 1, format: PixelFormat(.uint16, .gray)), bytes: [0, 0, 0, 0])
    let color = try WorkingColor(header: image.header)
    let patch = Patch(
      rect: image.bounds,
      color: FloatImage(width: 2, height: 1, channels: 3, samples: [1, 0, 0, 0.3, 0.3, 0.3]),
      changed: Mask(width: 2, height: 1, repeating: 1))
    try color.apply(patch, to: &image)
    // Red's luminance 0.2126 encoded is 0.49844.
    let values = SampleRow.floats(of: image.bytes, from: 0, count: 2, type: .uint16)
    #expect(abs(values[0] - 0.49844) < 1e-4)
    #expect(values[1] == Float(19661) / 65535)
  }

  @Test func aProfileForOtherChannelsIsDropped() throws {
    var image = Pictures.make(PixelFormat(.uint8, .gray))
    image.header.profile = try profile()
    var options = EncodingOptions()
    options.fileFormat = .tiff
    let again = try ImageReader.decode(bytes: ImageWriter.encode(image, options: options))
    #expect(again.header.profile.icc == nil)
    #expect(again.notices.contains { $0.contains("3 channel(s), the picture has 1") })
    #expect(again.bytes == image.bytes)
  }
}
