import Foundation
import Images
import Testing

@Suite struct TextureTests {
  private func make(_ scratch: Scratch, _ name: String, _ flags: [String]) throws -> Image {
    let result = try Command.run(
      ["texture", "-m", tinyModel, "-p", "stone", "-o", scratch.path(name), "--steps", "3"] + flags)
    #expect(result.status == 0, "\(result.errors)")
    return try Pictures.read(scratch.path(name))
  }

  @Test func everyDirectionIsItsOwnPicture() throws {
    let scratch = try Scratch()
    let pictures = try ["x", "y", "xy"].map { try make(scratch, "\($0).png", ["--tile", $0]).bytes }
    #expect(Set(pictures).count == 3)
    #expect(try make(scratch, "cx.png", ["--circularx"]).bytes == pictures[0])
    #expect(try make(scratch, "cy.png", ["--circulary"]).bytes == pictures[1])
    #expect(try make(scratch, "c.png", ["--circular"]).bytes == pictures[2])
    #expect(try make(scratch, "both.png", ["--circularx", "--circulary"]).bytes == pictures[2])
    #expect(try make(scratch, "none.png", []).bytes == pictures[2])
  }

  @Test func reportsTheSeamOfTheDirectionsThatRepeat() throws {
    let scratch = try Scratch()
    let result = try Command.run([
      "texture", "-m", tinyModel, "-p", "stone", "-o", scratch.path("a.png"), "--tile", "x", "--json",
    ])
    let ratio = try #require(try result.json()["seam_ratio"] as? [String: Any])
    #expect(ratio["x"] is Double)
    #expect(ratio["y"] is NSNull)
  }

  @Test func repeatsAreCopies() throws {
    let scratch = try Scratch()
    let picture = try make(scratch, "a.png", ["--repeat", "3x2", "-W", "64", "-H", "80"])
    let sheet = try Pictures.read(scratch.path("a-3x2.png"))
    #expect(sheet.width == 192 && sheet.height == 160)
    for (x, y) in [(5, 7), (69, 7), (130, 100), (63, 79), (191, 159)] {
      let here = (y * 192 + x) * 3
      let there = (y % 80 * 64 + x % 64) * 3
      #expect(sheet.bytes[here..<here + 3] == picture.bytes[there..<there + 3])
    }
  }

  @Test func aPhotographKeepsItsMiddle() throws {
    let scratch = try Scratch()
    let photograph = Pictures.pattern(128, 96, format: PixelFormat(.uint16, .rgb))
    try Pictures.write(photograph, scratch.path("in.png"))
    let narrow = try make(scratch, "narrow.png", ["-i", scratch.path("in.png"), "--band", "16"])
    let changed = Pictures.differing(photograph, narrow)
    #expect(!changed.isEmpty)
    #expect(
      changed.allSatisfy { pixel in
        let (x, y) = (pixel % 128, pixel / 128)
        return min(x, 127 - x) < 16 || min(y, 95 - y) < 16
      })
    // The corners belong to the band, and so does the border itself.
    #expect(changed.contains(0) && changed.contains(128 * 96 - 1))
    let wide = try make(scratch, "wide.png", ["-i", scratch.path("in.png"), "--band", "24"])
    #expect(Pictures.differing(photograph, wide).count > changed.count)
    let sides = try make(scratch, "x.png", ["-i", scratch.path("in.png"), "--band", "16", "--tile", "x"])
    #expect(Pictures.differing(photograph, sides).allSatisfy { min($0 % 128, 127 - $0 % 128) < 16 })
  }

  @Test func aPhotographThatDoesNotFitIsRefused() throws {
    let scratch = try Scratch()
    try Pictures.write(Pictures.pattern(100, 50), scratch.path("in.png"))
    let result = try Command.tiny(
      "texture", "-p", "x", "-i", scratch.path("in.png"), "-o", scratch.path("o.png"))
    #expect(result.status == 65)
    #expect(result.errors.contains("64 x 64") && result.errors.contains("100 x 50"), "\(result.errors)")
    try Pictures.write(Pictures.pattern(100, 90), scratch.path("in.png"))
    for flags in [["--band", "30"], ["--strength", "2"], ["-W", "96"]] {
      let refused = try Command.run(
        ["texture", "-m", tinyModel, "-p", "x", "-i", scratch.path("in.png"), "-o", scratch.path("o.png")]
          + flags)
      #expect(refused.status == 64, "\(flags) \(refused.errors)")
    }
    #expect(try Command.tiny("texture", "-p", "x", "-o", scratch.path("o.png"), "--band", "20").status == 64)
    #expect(
      try Command.tiny("texture", "-p", "x", "-o", scratch.path("o.png"), "--tile", "x", "--circular").status
        == 64)
    #expect(try Command.tiny("texture", "-p", "x", "-o", scratch.path("o.png"), "--repeat", "3").status == 64)
  }

  /// How hard opposite borders meet, over how hard neighbours inside do.
  private func seams(_ image: Image) -> (x: Double, y: Double) {
    func value(_ x: Int, _ y: Int) -> Int { Int(image.bytes[(y * image.width + x) * image.format.channels]) }
    var (acrossX, acrossY, inside) = (0.0, 0.0, 0.0)
    for y in 0..<image.height { acrossX += Double(abs(value(0, y) - value(image.width - 1, y))) }
    for x in 0..<image.width { acrossY += Double(abs(value(x, 0) - value(x, image.height - 1))) }
    for y in 0..<image.height {
      for x in 1..<image.width { inside += Double(abs(value(x, y) - value(x - 1, y))) }
    }
    inside /= Double((image.width - 1) * image.height)
    return (acrossX / Double(image.height) / inside, acrossY / Double(image.width) / inside)
  }

  /// A photograph of a size that no model likes, cut so that no multiple of its pattern fits: it repeats afterwards.
  @Test(arguments: ["0", "0.4", "1"])
  func aPhotographRepeats(strength: String) throws {
    let scratch = try Scratch()
    var photograph = try Pictures.read(Repository.path("samples/pagoda.jpg"))
    // Its lower middle: water, shore and trees, 203 x 151.
    var bytes: [UInt8] = []
    for y in 250..<401 { bytes += photograph.bytes[(y * 640 + 200) * 3..<(y * 640 + 403) * 3] }
    photograph = Image(
      header: ImageHeader(width: 203, height: 151, format: photograph.format), bytes: bytes)
    try Pictures.write(photograph, scratch.path("in.png"))
    let before = seams(photograph)
    let tile = try make(scratch, "t.png", ["-i", scratch.path("in.png"), "--strength", strength])
    #expect(tile.width == 203 && tile.height == 151)
    let after = seams(tile)
    #expect(before.x > 2 && before.y > 2, "the photograph itself does not repeat: \(before)")
    // The tiny model paints noise, so a band that is all its own is only required to meet itself.
    #expect(after.x < 1.5 && after.y < 1.5, "\(after)")
  }

  @Test func strengthReachesThePhotograph() throws {
    let scratch = try Scratch()
    try Pictures.write(Pictures.pattern(96, 80), scratch.path("in.png"))
    let results = try ["0", "0.3", "0.7", "1"].map {
      try make(scratch, "\($0).png", ["-i", scratch.path("in.png"), "--strength", $0]).bytes
    }
    #expect(Set(results).count == 4)
  }
}
