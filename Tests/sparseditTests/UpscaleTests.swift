import Foundation
import ImageCodecs
import Images
import Testing

/// The `upscale` verb, through the command line with the tiny model.
@Suite struct UpscaleTests {
  /// Small windows, so that small pictures have several.
  static let quick = ["-m", tinyModel, "--steps", "2", "--window", "64", "--refine", "0.35"]

  private func upscale(
    _ scratch: Scratch, _ input: String, _ output: String, _ flags: [String] = []
  ) throws -> Command.Result {
    try Command.run(
      ["upscale", "-i", scratch.path(input), "-o", scratch.path(output)] + Self.quick + flags)
  }

  private func made(_ scratch: Scratch, _ picture: Image, _ flags: [String], to name: String = "out.png")
    throws -> Image
  {
    try Pictures.write(picture, scratch.path("in.tif"))
    let result = try upscale(scratch, "in.tif", name, flags)
    #expect(result.status == 0, "\(result.errors)")
    return try Pictures.read(scratch.path(name))
  }

  @Test(arguments: [
    ([], 82, 54), (["--scale", "3"], 123, 81), (["--scale", "1.5"], 62, 41), (["--scale", "4"], 164, 108),
    (["-W", "100"], 100, 66), (["-H", "100"], 152, 100), (["-W", "50", "-H", "90"], 50, 90),
  ])
  func theSizeIsTheOneAskedFor(flags: [String], width: Int, height: Int) throws {
    let scratch = try Scratch()
    try Pictures.write(Pictures.pattern(41, 27), scratch.path("in.png"))
    let result = try upscale(scratch, "in.png", "out.png", flags + ["--json"])
    #expect(result.status == 0, "\(result.errors)")
    let picture = try Pictures.read(scratch.path("out.png"))
    #expect(picture.width == width && picture.height == height)
    let report = try result.json()
    #expect(report["width"] as? Int == width && report["height"] as? Int == height)
    #expect(report["steps"] as? Int == 2 && report["seed"] as? Int == 42)
    #expect((report["seconds"] as? [String: Double])?["denoise"] ?? 0 > 0)
    // Nothing but the picture is left.
    #expect(try scratch.names == ["in.png", "out.png"])
  }

  /// Each of these flags must reach the picture.
  @Test(arguments: [
    ["--strength", "0.6"], ["--refine", "0"], ["-p", "moss"], ["-p", "moss", "-n", "sky"],
    ["-p", "moss", "--cfg-scale", "5"], ["-p", "moss", "--guidance-rescale", "1"], ["--steps", "4"],
    ["--window", "96"], ["--overlap", "0"], ["--seed", "7"], ["--sampler", "lcm"], ["--flow-shift", "1"],
  ])
  func flagChangesThePicture(flags: [String]) throws {
    let scratch = try Scratch()
    let picture = Pictures.pattern(60, 50)
    let plain = try made(scratch, picture, Array(flags.prefix(flags.count > 2 ? 2 : 0)))
    #expect(try made(scratch, picture, flags).bytes != plain.bytes)
  }

  @Test func theSameCommandGivesTheSameBytes() throws {
    let scratch = try Scratch()
    let picture = Pictures.pattern(70, 45)
    let first = try made(scratch, picture, ["-t", "1"])
    let bytes = try scratch.bytes("out.png")
    _ = try made(scratch, picture, ["-t", "2"])
    #expect(try scratch.bytes("out.png") == bytes)
    #expect(first.header.metadata.recipe?.contains("upscale") == true)
    _ = try made(scratch, picture, ["--no-metadata"])
    #expect(try Pictures.read(scratch.path("out.png")).header.metadata.recipe == nil)
  }

  /// What the result shows at the source's size is the source.
  @Test(arguments: [
    PixelFormat(.uint8, .rgb), PixelFormat(.uint16, .rgb), PixelFormat(.uint8, .gray),
    PixelFormat(.float32, .rgb), PixelFormat(.uint16, .rgb, alpha: .straight),
    PixelFormat(.uint16, .rgb, alpha: .associated),
  ])
  func depthProfileAndSourceAreKept(format: PixelFormat) throws {
    let scratch = try Scratch()
    var source = Pictures.smooth(48, 40, format: format)
    source.header.metadata.resolution = Resolution(x: 300, y: 300, unit: .inch)
    let result = try made(scratch, source, ["--scale", "2"], to: "out.tif")
    #expect(result.format == format)
    #expect(result.header.metadata.resolution == source.header.metadata.resolution)
    let (before, after) = (Pictures.floats(source), Pictures.floats(try Pictures.halved(result)))
    let channels = format.channels
    var worst: [Float] = [0, 0]
    for index in before.indices {
      // The border's filter is cut, and a random model is loud there.
      let (x, y) = (index / channels % 48, index / channels / 48)
      guard (4..<44).contains(x), (4..<36).contains(y) else { continue }
      let isAlpha = format.alpha != .none && index % channels == channels - 1
      worst[isAlpha ? 1 : 0] = max(worst[isAlpha ? 1 : 0], abs(before[index] - after[index]))
    }
    // A mean over four pixels is not Lanczos, and the detail of random weights is clipped where it leaves 0...1.
    #expect(worst[0] < 0.06, "\(worst)")
    #expect(worst[1] < 0.01, "\(worst)")
  }

  /// Colours that hide under transparency do not bleed, and alpha keeps its edge.
  @Test func alphaIsEnlargedAndColoursDoNotBleed() throws {
    let scratch = try Scratch()
    var source = Pictures.uniform(40, 32, [0.5, 0.5, 0.5, 1], PixelFormat(.uint8, .rgb, alpha: .straight))
    let clean = try made(scratch, source, ["--scale", "4"])
    for y in 0..<32 {
      for x in 0..<20 {
        // Bright red, and not to be seen.
        source.bytes.replaceSubrange((y * 40 + x) * 4..<(y * 40 + x) * 4 + 4, with: [255, 0, 0, 0])
      }
    }
    let result = try made(scratch, source, ["--scale", "4"])
    for y in 0..<128 {
      let row = (0..<160).map { (y * 160 + $0) * 4 }
      #expect(row[..<66].allSatisfy { result.bytes[$0 + 3] == 0 })
      #expect(row[94...].allSatisfy { result.bytes[$0 + 3] == 255 })
      // The same as without a hidden colour, whatever a random model makes of it.
      for pixel in row where result.bytes[pixel + 3] > 0 {
        for channel in 0..<3 {
          #expect(abs(Int(result.bytes[pixel + channel]) - Int(clean.bytes[pixel + channel])) <= 1)
        }
      }
    }
  }

  @Test func metadataIsCarriedOver() throws {
    let scratch = try Scratch()
    let street = Repository.path("samples/street.jpg")
    let result = try Command.run(
      ["upscale", "-i", street, "-o", scratch.path("out.jpg"), "-W", "800"] + Self.quick + ["--steps", "1"])
    #expect(result.status == 0, "\(result.errors)")
    let (before, after) = (try Pictures.read(street), try Pictures.read(scratch.path("out.jpg")))
    #expect(after.width == 800 && after.height == 600)
    let exif = try #require(after.header.metadata.exif)
    #expect(String(decoding: exif, as: UTF8.self).contains("iPhone 6"))
    #expect(after.header.profile.icc == before.header.profile.icc)
    #expect(after.header.metadata.resolution == before.header.metadata.resolution)
    #expect(after.header.metadata.recipe?.contains("\"verb") == true)
  }

  @Test func previewAndLatentsAreWritten() throws {
    let scratch = try Scratch()
    try Pictures.write(Pictures.pattern(40, 30), scratch.path("in.png"))
    let first = try upscale(
      scratch, "in.png", "a.png",
      ["--preview", scratch.path("preview.png"), "--save-latents", scratch.path("a.safetensors")])
    #expect(first.status == 0, "\(first.errors)")
    // Whole tokens: 80 x 64 for 80 x 60.
    let preview = try Pictures.read(scratch.path("preview.png"))
    #expect(preview.width == 80 && preview.height == 64)
    // The latents of a run as the noise of another.
    let second = try upscale(
      scratch, "in.png", "b.png", ["--noise", scratch.path("a.safetensors")])
    #expect(second.status == 0, "\(second.errors)")
    #expect(try Pictures.read(scratch.path("a.png")).bytes != Pictures.read(scratch.path("b.png")).bytes)
    let other = try upscale(
      scratch, "in.png", "c.png", ["--noise", scratch.path("a.safetensors"), "--scale", "3"])
    #expect(other.status == 64)
  }

  @Test(arguments: [
    (["--scale", "1"], 64), (["--scale", "0.5"], 64), (["--scale", "17"], 64), (["--scale", "nan"], 64),
    (["-W", "20"], 64), (["-W", "40", "-H", "30"], 64), (["--scale", "2", "-W", "90"], 64),
    (["--refine", "-0.1"], 64), (["--strength", "1.1"], 64), (["--faithful"], 64), (["--tile", "x"], 64),
    (["-W", "0"], 64),
    (["--steps", "0"], 64), (["-H", "900000"], 75), (["--preview", "/nowhere/p.png"], 73),
  ])
  func whatCannotBeIsRefused(flags: [String], status: Int) throws {
    let scratch = try Scratch()
    try Pictures.write(Pictures.pattern(40, 30), scratch.path("in.png"))
    let result = try upscale(scratch, "in.png", "out.png", flags)
    #expect(Int(result.status) == status, "\(result.errors)")
    #expect(!result.errors.isEmpty)
    #expect(try scratch.names == ["in.png"])
  }

  @Test func badFilesAreRefused() throws {
    let scratch = try Scratch()
    try Pictures.write(Pictures.pattern(40, 30), scratch.path("in.png"))
    #expect(try upscale(scratch, "none.png", "out.png").status == 66)
    try Data("no picture".utf8).write(to: scratch.url.appending(path: "text.png"))
    #expect(try upscale(scratch, "text.png", "out.png").status == 65)
    #expect(try upscale(scratch, "in.png", "in.png").status == 73)
    #expect(try upscale(scratch, "in.png", "out.gif").status == 64)
    #expect(try upscale(scratch, "in.png", "none/out.png").status == 73)
    let wide = try upscale(scratch, "in.png", "out.jpg", ["-W", "66000", "-H", "30"])
    #expect(wide.status == 64)
    #expect(wide.errors.contains("JPEG"))
    // A file that ends early is found before anything is written.
    let bytes = try scratch.bytes("in.png")
    try bytes.prefix(bytes.count / 2).write(to: scratch.url.appending(path: "cut.png"))
    #expect(try upscale(scratch, "cut.png", "out.png").status == 65)
    #expect(try scratch.names == ["cut.png", "in.png", "text.png"])
  }
}
