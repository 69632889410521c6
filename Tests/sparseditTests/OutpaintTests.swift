import Foundation
import Images
import Testing

/// Painting around a picture.
@Suite struct OutpaintTests {
  private static let formats: [(String, PixelFormat)] = [
    ("rgb.png", PixelFormat(.uint8, .rgb)), ("rgb16.tif", PixelFormat(.uint16, .rgb)),
    ("rgba.png", PixelFormat(.uint8, .rgb, alpha: .straight)), ("grey.png", PixelFormat(.uint16, .gray)),
    ("float.tif", PixelFormat(.float32, .rgb)),
    ("associated.tif", PixelFormat(.uint16, .rgb, alpha: .associated)),
  ]

  @Test(arguments: formats.map(\.0), [[18, 0, 0, 0], [0, 23, 40, 0], [7, 16, 9, 90]])
  func theOldPictureKeepsItsSamples(name: String, sides: [Int]) throws {
    let scratch = try Scratch()
    let format = try #require(Self.formats.first { $0.0 == name }?.1)
    let before = Pictures.pattern(70, 54, format: format)
    try Pictures.write(before, scratch.path(name))
    let result = try Command.tiny(
      "inpaint", "-i", scratch.path(name), "-p", "moss", "--extend",
      "left=\(sides[0]),top=\(sides[1]),right=\(sides[2]),bottom=\(sides[3])", "-o",
      scratch.path("out-\(name)"),
      "--json")
    #expect(result.status == 0, "\(result.errors)")
    let after = try Pictures.read(scratch.path("out-\(name)"))
    #expect(after.width == 70 + sides[0] + sides[2] && after.height == 54 + sides[1] + sides[3])
    #expect(after.format == before.format)
    let (from, into) = (before.header.rowBytes, after.header.rowBytes)
    for y in 0..<54 {
      let start = (y + sides[1]) * into + sides[0] * format.pixelBytes
      #expect(after.bytes[start..<start + from] == before.bytes[y * from..<(y + 1) * from], "row \(y)")
    }
    // What is new is painted, not left blank.
    let corner = after.bytes[0..<3 * format.pixelBytes]
    let last = after.bytes[(after.bytes.count - 3 * format.pixelBytes)...]
    let blank = Image(
      header: ImageHeader(width: 3, height: 1, format: format),
      bytes: [UInt8](repeating: 0, count: 3 * format.pixelBytes))
    if sides[0] > 0 || sides[1] > 0 { #expect(Array(corner) != blank.bytes) }
    if sides[2] > 0 || sides[3] > 0 { #expect(Array(last) != blank.bytes) }
    if format.alpha != .none {
      let samples = SampleRow.floats(
        of: after.bytes, from: 0, count: after.width * after.height * 4, type: format.sampleType)
      for y in 0..<after.height {
        for x in 0..<after.width
        where x < sides[0] || y < sides[1] || x >= sides[0] + 70 || y >= sides[1] + 54 {
          #expect(samples[(y * after.width + x) * 4 + 3] == 1)
        }
      }
    }
    let report = try result.json()
    #expect(report["max_difference_outside_mask"] as? Double == 0)
    #expect(report["changed_pixels"] as? Int == after.width * after.height - 70 * 54)
    #expect(report["width"] as? Int == after.width)
  }

  @Test func aMaskOfTheOldPictureIsPaintedToo() throws {
    let scratch = try Scratch()
    let before = Pictures.pattern(80, 64)
    try Pictures.write(before, scratch.path("in.png"))
    let mask = Pictures.mask(80, 64)
    try MaskFiles.write(mask, scratch.path("mask.png"))
    func make(_ name: String, _ flags: [String]) throws -> [Int] {
      let result = try Command.run(
        ["inpaint", "-m", tinyModel, "-i", scratch.path("in.png"), "-p", "x", "-o", scratch.path(name)]
          + flags)
      #expect(result.status == 0, "\(result.errors)")
      let after = try Pictures.read(scratch.path(name))
      // The old picture's part of the new one.
      return (0..<80 * 64).filter { pixel in
        let place = ((pixel / 80) * after.width + pixel % 80 + 30) * 3
        return before.bytes[pixel * 3..<pixel * 3 + 3] != after.bytes[place..<place + 3]
      }
    }
    #expect(try make("a.png", ["--extend", "left=30"]).isEmpty)
    let masked = try make("b.png", ["--extend", "left=30", "--mask", scratch.path("mask.png")])
    #expect(!masked.isEmpty && masked.allSatisfy { mask.values[$0] > 0 })
    // Only on request the new reaches into the old, and no further than that.
    let grown = try make("c.png", ["--extend", "left=30", "--mask-grow", "6"])
    #expect(!grown.isEmpty && grown.allSatisfy { $0 % 80 < 6 })
  }

  @Test func orientedPicturesGrowAsTheyAreSeen() throws {
    let scratch = try Scratch()
    let source = Repository.fixture("icc16-orientation6.tif")
    let before = try Pictures.read(source)
    let result = try Command.tiny(
      "inpaint", "-i", source, "-p", "x", "--extend", "all=16", "-o", scratch.path("o.tif"))
    #expect(result.status == 0, "\(result.errors)")
    let after = try Pictures.read(scratch.path("o.tif"))
    #expect(after.width == before.width + 32 && after.height == before.height + 32)
    #expect(after.header.profile.icc == before.header.profile.icc)
    let start = 16 * after.header.rowBytes + 16 * after.format.pixelBytes
    #expect(after.bytes[start..<start + before.header.rowBytes] == before.bytes[..<before.header.rowBytes])
  }

  @Test(arguments: ["left", "left=", "up=3", "left=-4", "left=3;top=4", "left=99999", "left=0", ""])
  func nonsenseIsRefused(text: String) throws {
    let scratch = try Scratch()
    try Pictures.write(Pictures.pattern(64, 64), scratch.path("in.png"))
    let result = try Command.tiny(
      "inpaint", "-i", scratch.path("in.png"), "-p", "x", "--extend", text, "-o", scratch.path("o.png"))
    #expect(result.status == 64, "\(result.errors)")
  }
}
