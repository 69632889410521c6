import Foundation
import Images
import Testing

/// What must be true of every edit, whatever the verb, on a real photograph with EXIF, a thumbnail and a profile.
@Suite struct EveryEditTests {
  private static let photograph = Repository.path("samples/street.jpg")
  private static let mask = Repository.path("masks/street.png")

  /// Each verb that edits a picture, its flags, and whether its mask is the sample's.
  private static let verbs: [(name: String, flags: [String])] = [
    ("inpaint", ["-m", tinyModel, "-p", "moss", "--mask", mask, "--steps", "2"]),
    ("background", ["--mask", mask, "--refine", "none", "--background-color", "204060"]),
    ("texture", ["-m", tinyModel, "-p", "stone", "--steps", "2", "--strength", "0.3"]),
    ("adjust", ["--exposure", "0.5", "--mask", mask]),
    ("upscale", ["-m", tinyModel, "--scale", "1.25"]),
  ]

  private func edit(_ verb: String, _ scratch: Scratch, _ name: String) throws -> Command.Result {
    let flags = try #require(Self.verbs.first { $0.name == verb }?.flags)
    let result = try Command.run([verb, "-i", Self.photograph, "-o", scratch.path(name)] + flags)
    #expect(result.status == 0, "\(result.errors)")
    return result
  }

  /// EXIF, resolution and profile survive, the thumbnail that shows the old picture does not, and the recipe is
  /// there to be read back, in every format.
  @Test(arguments: verbs.map(\.name), ["png", "jpg", "tif"])
  func metadataSurvives(verb: String, ending: String) throws {
    let scratch = try Scratch()
    let before = try Pictures.read(Self.photograph)
    let result = try edit(verb, scratch, "out.\(ending)")
    let after = try Pictures.read(scratch.path("out.\(ending)"))
    let exif = try #require(after.header.metadata.exif)
    #expect(String(decoding: exif, as: UTF8.self).contains("iPhone 6"))
    let (old, new) = (before.header.metadata.resolution, after.header.metadata.resolution)
    // PNG counts in whole pixels a metre: 72 an inch become 72.009.
    let perInch = (new?.x ?? 0) * (new?.unit == .centimetre ? 2.54 : 1)
    #expect(abs(perInch - (old?.x ?? 0)) < 0.02)
    #expect(after.header.profile.icc == before.header.profile.icc)
    // A thumbnail is a JPEG inside the EXIF block; the source's file has one.
    #expect(!Self.holdsJPEG(exif))
    let file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.photograph)))
    #expect(Self.holdsJPEG(Array(file.dropFirst(4))))
    #expect(result.errors.contains("thumbnail"), "\(result.errors)")
    let inspected = try Command.run(["inspect", scratch.path("out.\(ending)"), "--json"]).json()
    let recipe = try #require(inspected["recipe"] as? [String: String])
    #expect(recipe["verb"] == verb && recipe["image"] == "street.jpg")
    #expect(!(inspected["parameters"] as? String ?? "").contains("samples"), "a recipe names no folder")
  }

  private static func holdsJPEG(_ bytes: [UInt8]) -> Bool {
    bytes.indices.dropLast(2).contains { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xD8 && bytes[$0 + 2] == 0xFF }
  }

  /// 16 bits and alpha survive in TIFF and PNG.
  @Test(arguments: verbs.map(\.name), ["png", "tif"])
  func depthAndAlphaSurvive(verb: String, ending: String) throws {
    let scratch = try Scratch()
    let format = PixelFormat(.uint16, .rgb, alpha: .straight)
    var picture = Pictures.pattern(96, 80, format: format)
    for pixel in 0..<96 * 80 {
      let alpha: [UInt8] = pixel % 96 < 20 ? [0, 0x40] : [0xFF, 0xFF]
      picture.bytes.replaceSubrange(pixel * 8 + 6..<pixel * 8 + 8, with: alpha)
    }
    try Pictures.write(picture, scratch.path("in.\(ending)"))
    try MaskFiles.write(Pictures.mask(96, 80), scratch.path("mask.png"))
    let flags = try #require(Self.verbs.first { $0.name == verb }?.flags)
      .map { $0 == Self.mask ? scratch.path("mask.png") : $0 }
    let result = try Command.run(
      [verb, "-i", scratch.path("in.\(ending)"), "-o", scratch.path("out.\(ending)")] + flags)
    #expect(result.status == 0, "\(result.errors)")
    let after = try Pictures.read(scratch.path("out.\(ending)"))
    #expect(after.format == format)
    // More than 256 values: the samples did not go through 8 bits.
    let values = SampleRow.floats(
      of: after.bytes, from: 0, count: after.width * after.height * 4, type: .uint16)
    #expect(Set(values).count > 256 || verb == "background")
    if verb != "background" { #expect(values[3] < 1 && values[values.count - 1] == 1) }
  }

  /// Nothing is dropped in silence.
  @Test func whatHasNoEffectIsSaid() throws {
    let scratch = try Scratch()
    let negative = try Command.tiny(
      "generate", "-p", "x", "-n", "red", "--cfg-scale", "1", "-o", scratch.path("a.png"))
    #expect(negative.status == 0 && negative.errors.contains("negative prompt has no effect"))
    let grown = try Command.tiny(
      "inpaint", "-i", Self.photograph, "--mask", Self.mask, "-p", "x", "--mask-grow", "5", "--steps", "1",
      "-o",
      scratch.path("b.png"))
    #expect(grown.errors.contains("grown by 5 pixels"), "\(grown.errors)")
    let quiet = try Command.tiny(
      "generate", "-p", "x", "-n", "red", "--cfg-scale", "1", "-o", scratch.path("a.png"), "--quiet")
    #expect(quiet.errors.isEmpty && quiet.output.isEmpty)
    let verbose = try Command.tiny("generate", "-p", "x", "-o", scratch.path("a.png"), "--verbose")
    #expect(verbose.errors.contains("denoising") && verbose.errors.contains("decoding"))
    let plain = try Command.tiny("generate", "-p", "x", "-o", scratch.path("a.png"))
    #expect(!plain.errors.contains("decoding"))
  }

  /// Steps and the time that is left are shown where a person looks on.
  @Test func aTerminalShowsProgress() throws {
    let scratch = try Scratch()
    let shown = try Command.onTerminal([
      "generate", "-m", tinyModel, "-p", "x", "-o", scratch.path("a.png"), "--steps", "7",
    ])
    #expect(shown.contains("step 7/7") && shown.contains("step 1/7") && shown.contains("left"), "\(shown)")
    let quiet = try Command.onTerminal([
      "generate", "-m", tinyModel, "-p", "x", "-o", scratch.path("a.png"), "--steps", "7", "--quiet",
    ])
    #expect(!quiet.contains("step"))
  }

  /// Every verb has an example or an explanation of its own, and names its flags.
  @Test func helpIsThere() throws {
    for verb in Self.verbs.map(\.name) + ["generate", "mask", "maps", "inspect", "batch", "rerun"] {
      let help = try Command.run([verb, "--help"])
      #expect(help.status == 0 && help.text.contains("USAGE: sparsedit \(verb)"), "\(verb)")
      #expect(help.text.contains("sparsedit \(verb) ") && help.text.contains("xample"), "\(verb)")
    }
    #expect(try Command.run(["--version"]).text.hasPrefix("0."))
  }
}
