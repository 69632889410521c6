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
    let wide = try make(scratch, "wide.png", ["-i", scratch.path("in.png"), "--band", "30"])
    #expect(Pictures.differing(photograph, wide).count > changed.count)
    let sides = try make(scratch, "x.png", ["-i", scratch.path("in.png"), "--band", "16", "--tile", "x"])
    #expect(Pictures.differing(photograph, sides).allSatisfy { min($0 % 128, 127 - $0 % 128) < 16 })
  }

  @Test func aPhotographThatDoesNotFitIsRefused() throws {
    let scratch = try Scratch()
    try Pictures.write(Pictures.pattern(100, 90), scratch.path("in.png"))
    let result = try Command.tiny(
      "texture", "-p", "x", "-i", scratch.path("in.png"), "-o", scratch.path("o.png"))
    #expect(result.status == 65)
    #expect(result.errors.contains("96 x 80"), "\(result.errors)")
    #expect(
      try Command.tiny("texture", "-p", "x", "-o", scratch.path("o.png"), "--tile", "x", "--circular").status
        == 64)
    #expect(try Command.tiny("texture", "-p", "x", "-o", scratch.path("o.png"), "--repeat", "3").status == 64)
  }
}
