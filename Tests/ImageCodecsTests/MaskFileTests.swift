import Images
import Testing

@testable import ImageCodecs

@Suite struct MaskFileTests {
  @Test(arguments: [SampleType.uint8, .uint16], ["mask.png", "mask.tif"])
  func masksComeBackAtTheirPrecision(_ sampleType: SampleType, _ name: String) throws {
    let folder = try TemporaryFolder()
    let mask = Mask(width: 300, height: 5, values: (0..<1500).map { Float($0) / 1499 })
    try MaskFile.write(mask, to: folder.path(name), sampleType: sampleType)
    let again = try MaskFile.read(path: folder.path(name)).mask
    #expect(again.width == 300 && again.height == 5)
    // Rounding to the nearest level is off by half a level at most, and float adds a hair.
    let step = 0.5001 / sampleType.white
    #expect(zip(again.values, mask.values).allSatisfy { abs($0 - $1) <= step })
    #expect(again.values.first == 0 && again.values.last == 1)
  }

  @Test func alphaAndLuminanceAreToldApart() throws {
    let folder = try TemporaryFolder()
    let image = Image(
      header: ImageHeader(width: 4, height: 1, format: PixelFormat(.uint8, .rgb, alpha: .straight)),
      bytes: [255, 255, 255, 255, 255, 255, 255, 51, 255, 0, 0, 255, 0, 0, 0, 102])
    try ImageWriter.encode(image, to: folder.path("m.png"))
    let light = try MaskFile.read(path: folder.path("m.png")).mask.values
    // Transparent white is as good as black; red has Rec. 709's weight.
    #expect(light[0] == 1 && light[1] == 0.2 && abs(light[2] - 0.2126) < 1e-6 && light[3] == 0)
    #expect(try MaskFile.read(path: folder.path("m.png"), channel: .alpha).mask.values == [1, 0.2, 1, 0.4])
  }

  @Test func alphaThatIsNotThereIsAnError() {
    #expect(throws: ImageCodecError.self) {
      try MaskFile.read(path: Fixture.path("gray4.png"), channel: .alpha)
    }
  }

  @Test func oneBitMasksAreBlackAndWhite() throws {
    let values = try Set(MaskFile.read(path: Fixture.path("gray1.png")).mask.values)
    #expect(values == [0, 1])
  }

  @Test func aMaskMayBeKeptInPartOrInverted() throws {
    let folder = try TemporaryFolder()
    var mask = Mask(width: 300, height: 5)
    for (x, y) in [(20, 1), (23, 3)] { mask[x, y] = 1 }
    try MaskFile.write(mask, to: folder.path("m.png"))
    let part = try MaskFile.readPlaced(path: folder.path("m.png")).mask
    #expect(part.width == 300 && part.height == 5 && part.frame.y == 1 && part.frame.height == 3)
    let rest = try MaskFile.readPlaced(path: folder.path("m.png"), inverted: true).mask
    for y in 0..<5 {
      for x in 0..<300 { #expect(part[x, y] == mask[x, y] && rest[x, y] == 1 - mask[x, y]) }
    }
    // What is kept is what counts: two pixels fit where the mask does not.
    let limits = ImageLimits(maximumBytes: 5000)
    #expect(try MaskFile.readPlaced(path: folder.path("m.png"), limits: limits).mask == part)
    for read in [
      { _ = try MaskFile.read(path: folder.path("m.png"), limits: limits) },
      { _ = try MaskFile.readPlaced(path: folder.path("m.png"), inverted: true, limits: limits) },
    ] {
      #expect(throws: ImageCodecError.self) { try read() }
    }
  }
}
