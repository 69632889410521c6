import Foundation
import Images
import Testing

@testable import ImageCodecs

/// What must be true of every edit, through the command line.
@Suite struct InpaintTests {
  struct Source: Sendable, CustomTestStringConvertible {
    let name: String
    let path: @Sendable (Scratch) throws -> String

    var testDescription: String { name }

    static func fixture(_ name: String) -> Source { Source(name: name) { _ in Repository.fixture(name) } }

    static func made(_ name: String, _ format: PixelFormat, _ width: Int, _ height: Int) -> Source {
      Source(name: name) { scratch in
        let path = scratch.path("source-\(name)")
        try Pictures.write(Pictures.pattern(width, height, format: format), path)
        return path
      }
    }

    static let all: [Source] = [
      .fixture("icc16-orientation6.tif"), .fixture("float-planar-tiled.tif"), .fixture("palette4-trns.png"),
      .fixture("gray-alpha16.png"), .fixture("cmyk-adobe.jpg"), .fixture("cmyk.tif"),
      .fixture("progressive.jpg"), .fixture("associated16.tif"), .fixture("rgb16-adam7.png"),
      .fixture("gray1.png"), .fixture("p3-cicp.png"), .fixture("half.tif"),
      .made("rgba.png", PixelFormat(.uint8, .rgb, alpha: .straight), 150, 97),
      .made("float.tif", PixelFormat(.float32, .rgb), 130, 111),
      .made("gray16.png", PixelFormat(.uint16, .gray), 90, 140),
    ]
  }

  private func mask(for image: Image, in scratch: Scratch, name: String = "mask.png") throws -> (String, Mask)
  {
    let mask = Pictures.mask(image.width, image.height)
    try MaskFile.write(mask, to: scratch.path(name))
    return (scratch.path(name), mask)
  }

  @Test(arguments: Source.all, ["png", "tif"])
  func pixelsOutsideTheMaskKeepTheirSamples(source: Source, ending: String) throws {
    let scratch = try Scratch()
    let path = try source.path(scratch)
    let before = try Pictures.read(path)
    // PNG holds no floats.
    if ending == "png", before.format.sampleType == .float32 { return }
    let (maskPath, mask) = try mask(for: before, in: scratch)
    let out = scratch.path("out.\(ending)")
    let result = try Command.tiny(
      "inpaint", "-i", path, "--mask", maskPath, "-p", "moss", "-o", out, "--json")
    #expect(result.status == 0, "\(result.errors)")

    let after = try Pictures.read(out)
    #expect(after.format.sampleType == before.format.sampleType)
    #expect(after.format.channels == before.format.channels)
    #expect(after.header.profile.icc == before.header.profile.icc)
    #expect(after.width == before.width && after.height == before.height)
    // PNG has straight alpha only: associated colours are converted, so there the samples differ.
    if after.format != before.format { return }
    let changed = Pictures.differing(before, after)
    #expect(!changed.isEmpty)
    #expect(changed.allSatisfy { mask.values[$0] > 0 })
    let report = try result.json()
    #expect(report["max_difference_outside_mask"] as? Double == 0)
    #expect(report["changed_pixels"] as? Int == changed.count)
  }

  /// What is replaced must not be seen: not in the fill, and not in the latents beside it.
  @Test(arguments: [["-p", "moss", "--mask-feather", "0"], ["-p", ""]])
  func theFillDoesNotDependOnWhatItReplaces(flags: [String]) throws {
    let scratch = try Scratch()
    let format = PixelFormat(.uint8, .rgb)
    let mask = Mask(
      width: 128, height: 96,
      values: (0..<128 * 96).map { (30..<90).contains($0 % 128) && (21..<70).contains($0 / 128) ? 1 : 0 })
    try MaskFile.write(mask, to: scratch.path("mask.png"))
    var results: [Image] = []
    for (name, inside) in [("black", Float(0)), ("white", 1)] {
      let surface = Pictures.smooth(128, 96, format: format)
      let samples = Pictures.floats(surface)
      let picture = Pictures.made(128, 96, format) { x, y, channel in
        mask[x, y] > 0 ? inside : samples[(y * 128 + x) * 3 + channel]
      }
      try Pictures.write(picture, scratch.path("\(name).png"))
      let result = try Command.run(
        [
          "inpaint", "-m", tinyModel, "-i", scratch.path("\(name).png"), "--mask", scratch.path("mask.png"),
          "-o", scratch.path("\(name)-out.png"),
        ] + flags)
      #expect(result.status == 0, "\(result.errors)")
      results.append(try Pictures.read(scratch.path("\(name)-out.png")))
    }
    #expect(results[0].bytes == results[1].bytes)
  }

  @Test func theFillDependsOnPromptAndSeed() throws {
    let scratch = try Scratch()
    var results: [[UInt8]] = []
    for (index, flags) in [["-p", "moss"], ["-p", "brick"], ["-p", "moss", "-s", "7"]].enumerated() {
      let out = scratch.path("\(index).png")
      let result = try Command.run(
        [
          "inpaint", "-m", tinyModel, "-i", Repository.path("samples/pagoda.jpg"), "--mask",
          Repository.path("masks/pagoda.png"), "-o", out,
        ] + flags)
      #expect(result.status == 0, "\(result.errors)")
      results.append(try Pictures.read(out).bytes)
    }
    #expect(Set(results).count == 3)
  }

  @Test func theSameCommandGivesTheSameBytes() throws {
    let scratch = try Scratch()
    func make(_ name: String, _ extra: [String] = [], _ environment: [String: String] = [:]) throws -> Data {
      let result = try Command.run(
        [
          "inpaint", "-m", tinyModel, "-i", Repository.path("samples/street.jpg"), "--mask",
          Repository.path("masks/street.png"), "-p", "moss", "-o", scratch.path(name),
        ] + extra, environment: environment)
      #expect(result.status == 0, "\(result.errors)")
      return try scratch.bytes(name)
    }
    let first = try make("a.png")
    #expect(try make("b.png", ["-t", "1"]) == first)
    #expect(try make("c.png", ["-t", "2"]) == first)
    #expect(try make("d.png", [], ["OPENBLAS_CORETYPE": "Haswell"]) == first)
  }

  /// Each of these flags must reach the picture.
  @Test(arguments: [
    ["--strength", "0.5"], ["--mask-grow", "9"], ["--mask-grow", "-9"], ["--mask-feather", "20"],
    ["--invert-mask"], ["--whole-picture"], ["--context", "5"], ["--clean-context", "1"],
    ["--seam", "poisson"], ["--no-color-match"],
  ])
  func flagChangesThePicture(flags: [String]) throws {
    let scratch = try Scratch()
    let picture = Pictures.pattern(200, 160)
    try Pictures.write(picture, scratch.path("in.png"))
    let (maskPath, _) = try mask(for: picture, in: scratch)
    func make(_ name: String, _ flags: [String]) throws -> Image {
      let result = try Command.run(
        [
          "inpaint", "-m", tinyModel, "-i", scratch.path("in.png"), "--mask", maskPath, "-p", "moss", "-o",
          scratch.path(name),
        ] + flags)
      #expect(result.status == 0, "\(result.errors)")
      return try Pictures.read(scratch.path(name))
    }
    #expect(try make("a.png", []).bytes != make("b.png", flags).bytes)
  }

  @Test func theMaskCanBeThePicturesOwnTransparency() throws {
    let scratch = try Scratch()
    var picture = Pictures.pattern(80, 64, format: PixelFormat(.uint8, .rgb, alpha: .straight))
    for pixel in 0..<80 * 64 { picture.bytes[pixel * 4 + 3] = pixel % 80 < 30 ? 0 : 255 }
    try Pictures.write(picture, scratch.path("in.png"))
    let result = try Command.tiny(
      "inpaint", "-i", scratch.path("in.png"), "-p", "moss", "-o", scratch.path("out.png"), "--mask-feather",
      "0")
    #expect(result.status == 0, "\(result.errors)")
    let after = try Pictures.read(scratch.path("out.png"))
    #expect(after.bytes[3] == 255)
    #expect(Pictures.differing(picture, after).allSatisfy { $0 % 80 < 30 })
  }

  @Test func metadataIsCarriedOverAndTheStaleThumbnailDropped() throws {
    let scratch = try Scratch()
    let before = try Pictures.read(Repository.path("samples/street.jpg"))
    let result = try Command.tiny(
      "inpaint", "-i", Repository.path("samples/street.jpg"), "--mask", Repository.path("masks/street.png"),
      "-p", "moss", "-o", scratch.path("out.tif"))
    #expect(result.status == 0)
    #expect(result.errors.contains("thumbnail"))
    let after = try Pictures.read(scratch.path("out.tif"))
    let exif = try #require(after.header.metadata.exif)
    #expect(String(decoding: exif, as: UTF8.self).contains("iPhone 6"))
    #expect(after.header.metadata.resolution == before.header.metadata.resolution)
    #expect(after.header.metadata.recipe?.hasPrefix("moss\n") == true)
  }

  @Test func aJPEGKeepsEveryBlockThatTheMaskDoesNotTouch() throws {
    let scratch = try Scratch()
    let source = Repository.path("samples/street.jpg")
    let result = try Command.tiny(
      "inpaint", "-i", source, "--mask", Repository.path("masks/street.png"), "-p", "moss", "-o",
      scratch.path("out.jpg"))
    #expect(result.status == 0, "\(result.errors)")
    let (before, after) = (try Pictures.read(source), try Pictures.read(scratch.path("out.jpg")))
    let mask = try MaskFile.read(path: Repository.path("masks/street.png")).mask
    // Blocks are at most 16 pixels wide where colour is subsampled, and its upsampling reaches one pixel further.
    var near = Set<Int>()
    for y in 0..<mask.height {
      for x in 0..<mask.width where mask[x, y] > 0 {
        near.insert((y / 16) * 1000 + x / 16)
      }
    }
    let changed = Pictures.differing(before, after)
    #expect(!changed.isEmpty)
    #expect(
      changed.allSatisfy { pixel in
        let (x, y) = (pixel % mask.width, pixel / mask.width)
        return [-1, 0, 1].contains { dy in
          [-1, 0, 1].contains { dx in near.contains((y + dy) / 16 * 1000 + (x + dx) / 16) }
        }
      })
  }

  @Test func theInputIsNotOverwrittenUnlessAsked() throws {
    let scratch = try Scratch()
    let picture = Pictures.pattern(64, 64)
    try Pictures.write(picture, scratch.path("in.png"))
    let (maskPath, _) = try mask(for: picture, in: scratch)
    let original = try scratch.bytes("in.png")
    let refused = try Command.tiny(
      "inpaint", "-i", scratch.path("in.png"), "--mask", maskPath, "-p", "x", "-o", scratch.path("in.png"))
    #expect(refused.status == 73)
    #expect(try scratch.bytes("in.png") == original)
    let preview = try Command.tiny(
      "inpaint", "-i", scratch.path("in.png"), "--mask", maskPath, "-p", "x", "-o", scratch.path("out.png"),
      "--preview", scratch.path("in.png"))
    #expect(preview.status == 73)
    #expect(try scratch.bytes("in.png") == original)
    let allowed = try Command.tiny(
      "inpaint", "-i", scratch.path("in.png"), "--mask", maskPath, "-p", "x", "-o", scratch.path("in.png"),
      "--overwrite")
    #expect(allowed.status == 0, "\(allowed.errors)")
    #expect(try scratch.bytes("in.png") != original)
    #expect(try scratch.names == ["in.png", "mask.png"])
  }
}
