import Foundation
import Images
import Testing

/// Masks of several parts and of several colours.
@Suite struct RegionTests {
  /// A picture of 400 x 120 with two squares of the mask far apart.
  private func twoParts(_ scratch: Scratch) throws -> (picture: Image, mask: Mask) {
    let picture = Pictures.pattern(400, 120)
    try Pictures.write(picture, scratch.path("in.png"))
    var mask = Mask(width: 400, height: 120)
    for y in 40..<80 {
      for x in 20..<60 { mask[x, y] = 1 }
      for x in 340..<370 { mask[x, y] = 1 }
    }
    try MaskFiles.write(mask, scratch.path("mask.png"))
    return (picture, mask)
  }

  private func inpaint(_ scratch: Scratch, _ name: String, _ flags: [String] = []) throws -> Command.Result {
    let result = try Command.run(
      [
        "inpaint", "-m", tinyModel, "-i", scratch.path("in.png"), "--mask", scratch.path("mask.png"), "-p",
        "moss",
        "-o", scratch.path(name), "--json",
      ] + flags)
    #expect(result.status == 0, "\(result.errors)")
    return result
  }

  @Test func partsFarApartAreWorkedOnOneByOne() throws {
    let scratch = try Scratch()
    let (before, mask) = try twoParts(scratch)
    let result = try inpaint(scratch, "a.png", ["--save-latents", scratch.path("l.safetensors")])
    let regions = try #require(try result.json()["regions"] as? [[String: Any]])
    #expect(regions.count == 2)
    #expect(regions.map { $0["x"] as? Int } == [20, 340] && regions.map { $0["width"] as? Int } == [40, 30])
    #expect(regions.map { $0["pixels"] as? Int } == [1600, 1200])
    #expect(regions.allSatisfy { $0["seam_ratio"] is Double })
    let after = try Pictures.read(scratch.path("a.png"))
    let changed = Pictures.differing(before, after)
    #expect(changed.allSatisfy { mask.values[$0] > 0 })
    #expect(changed.contains { $0 % 400 < 60 } && changed.contains { $0 % 400 >= 340 })
    #expect(try result.json()["max_difference_outside_mask"] as? Double == 0)
    let names = try Safetensors.names(scratch.path("l.safetensors"))
    #expect(names.sorted() == ["latents", "latents.1"])

    // The first part is what it is without the other: each has its own crop.
    var first = mask
    for pixel in first.values.indices where pixel % 400 >= 200 { first.values[pixel] = 0 }
    try MaskFiles.write(first, scratch.path("mask.png"))
    let alone = try inpaint(scratch, "b.png")
    #expect((try alone.json()["regions"] as? [Any])?.count == 1)
    let single = try Pictures.read(scratch.path("b.png"))
    #expect(Pictures.differing(single, after).allSatisfy { $0 % 400 >= 340 })
  }

  @Test func oneCropHoldsAllPartsIfAskedFor() throws {
    let scratch = try Scratch()
    _ = try twoParts(scratch)
    _ = try inpaint(scratch, "a.png")
    let one = try inpaint(scratch, "b.png", ["--one-crop"])
    let regions = try #require(try one.json()["regions"] as? [[String: Any]])
    #expect(regions.count == 1 && regions[0]["width"] as? Int == 350)
    #expect(try Pictures.read(scratch.path("a.png")).bytes != Pictures.read(scratch.path("b.png")).bytes)
  }

  /// A mask like spray does not become hundreds of runs.
  @Test func manySpecksAreTakenTogether() throws {
    let scratch = try Scratch()
    try Pictures.write(Pictures.pattern(800, 600), scratch.path("in.png"))
    var mask = Mask(width: 800, height: 600)
    for y in stride(from: 20, to: 600, by: 90) {
      for x in stride(from: 20, to: 800, by: 90) { mask[x, y] = 1 }
    }
    try MaskFiles.write(mask, scratch.path("mask.png"))
    let result = try inpaint(scratch, "a.png", ["--steps", "1"])
    let regions = try #require(try result.json()["regions"] as? [[String: Any]])
    #expect((1...16).contains(regions.count))
    #expect(regions.compactMap { $0["pixels"] as? Int }.reduce(0, +) == 63)
  }

  /// Black, with a white, a red and a grey-blue part of one blob.
  private func colorMask(_ scratch: Scratch) throws {
    let format = PixelFormat(.uint8, .rgb)
    var bytes = [UInt8](repeating: 0, count: 160 * 96 * 3)
    for y in 16..<80 {
      for x in 16..<144 {
        let color: [UInt8] = x < 60 ? [255, 255, 255] : x < 100 ? [250, 3, 0] : [0, 0, 128]
        bytes.replaceSubrange((y * 160 + x) * 3..<(y * 160 + x + 1) * 3, with: color)
      }
    }
    try Pictures.write(
      Image(header: ImageHeader(width: 160, height: 96, format: format), bytes: bytes),
      scratch.path("mask.png"))
    try Pictures.write(Pictures.pattern(160, 96), scratch.path("in.png"))
  }

  @Test func aPromptForEachColourOfTheMask() throws {
    let scratch = try Scratch()
    try colorMask(scratch)
    let flags = ["--whole-picture", "--mask-feather", "0"]
    func make(_ name: String, _ regions: [String]) throws -> Image {
      _ = try inpaint(scratch, name, flags + regions)
      return try Pictures.read(scratch.path(name))
    }
    let red = try make("red.png", ["--region", "ff0000=bricks"])
    let other = try make("other.png", ["--region", "#ff0000=dry grass"])
    let both = try make("both.png", ["--region", "ff0000=bricks", "--region", "0000ff=sea"])
    #expect(!Pictures.differing(red, other).isEmpty && !Pictures.differing(red, both).isEmpty)
    // A prompt's own part changes more than the rest, which only sees it through the model's attention.
    func change(_ a: Image, _ b: Image, _ columns: Range<Int>) -> Double {
      var sum = 0
      for y in 16..<80 {
        for x in columns {
          for channel in 0..<3 {
            let place = (y * 160 + x) * 3 + channel
            sum += abs(Int(a.bytes[place]) - Int(b.bytes[place]))
          }
        }
      }
      return Double(sum) / Double(columns.count)
    }
    #expect(change(red, other, 66..<94) > 2 * change(red, other, 20..<48))
    #expect(change(red, both, 108..<140) > 2 * change(red, both, 20..<48))
    // Half-dark blue is a soft mask: it changes from the noise level of 0.5 on, and stays black's neighbour.
    let report = try inpaint(scratch, "again.png", flags + ["--region", "ff0000=bricks"]).json()
    #expect(report["max_difference_outside_mask"] as? Double == 0)
    #expect(try scratch.bytes("again.png") == scratch.bytes("red.png"))
  }

  @Test func regionsThatCannotBeAreRefused() throws {
    let scratch = try Scratch()
    try colorMask(scratch)
    for (status, flags) in [
      (64, ["--region", "ff0000"]), (64, ["--region", "808080=grey"]), (64, ["--region", "ff00=x"]),
      (64, ["--region", "ff0000="]), (64, ["--region", "ff0000=x", "--invert-mask"]),
      (65, ["--region", "00ff00=grass"]),
    ] {
      let result = try Command.run(
        [
          "inpaint", "-m", tinyModel, "-i", scratch.path("in.png"), "--mask", scratch.path("mask.png"), "-p",
          "x",
          "-o", scratch.path("o.png"),
        ] + flags)
      #expect(result.status == Int32(status), "\(flags) \(result.errors)")
    }
    try MaskFiles.write(Pictures.mask(160, 96), scratch.path("mask.png"))
    let grey = try Command.tiny(
      "inpaint", "-i", scratch.path("in.png"), "--mask", scratch.path("mask.png"), "-p", "x", "-o",
      scratch.path("o.png"), "--region", "ff0000=x")
    #expect(grey.status == 65 && grey.errors.contains("grey"), "\(grey.errors)")
    let none = try Command.tiny(
      "inpaint", "-i", scratch.path("in.png"), "-p", "x", "-o", scratch.path("o.png"), "--region", "ff0000=x")
    #expect(none.status == 64, "\(none.errors)")
  }
}
