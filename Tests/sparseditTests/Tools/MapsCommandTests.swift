import Images
import SparseditKit
import Testing

@testable import sparsedit

@Suite struct MapsCommandTests {
  private let bench: Workbench
  private let image: String

  init() throws {
    bench = try Workbench()
    // Bumps of three sizes that repeat every 32 pixels.
    let samples = (0..<32 * 32).map { index -> Float in
      let (x, y) = (index % 32, index / 32)
      return 0.4 + 0.02 * Float(x ^ y) * 0.5 + ((x / 4 + y / 8) % 2 == 0 ? 0.1 : 0) + Float(
        (x * 7 + y * 13) % 5) * 0.01
    }
    image = try bench.write("tile.png", width: 32, height: 32, PixelFormat(.uint8, .gray), samples)
  }

  private func map(_ kind: String, _ flags: [String] = [], image: String? = nil) throws -> [Float] {
    let command = try MapsCommand.parse(
      ["-i", image ?? self.image, "-o", bench.path("out-{map}.png"), "--overwrite"] + flags)
    try PictureTools.makeTextureMaps(command.request())
    return try bench.samples("out-\(kind).png")
  }

  @Test func writesEveryMapAtSixteenBits() throws {
    let result = try Command.run(["maps", "-i", image, "-o", bench.path("stone-{map}.png"), "--json"])
    #expect(result.status == 0, "\(result.errors)")
    #expect((try result.json()["outputs"] as? [String: String])?.count == 4)
    for (kind, model) in [
      ("height", ColorModel.gray), ("normal", .rgb), ("roughness", .gray), ("occlusion", .gray),
    ] {
      let map = try bench.read("stone-\(kind).png")
      #expect(map.format == PixelFormat(.uint16, model) && map.width == 32 && map.height == 32)
    }
  }

  @Test func namesWithoutAPlaceGetOne() throws {
    #expect(
      try Command.run(["maps", "-i", image, "-o", bench.path("stone.tif"), "--maps", "height"]).status
        == 0)
    #expect(bench.exists("stone-height.tif") && !bench.exists("stone-normal.tif"))
  }

  @Test func repeatsAsTheTileDoes() throws {
    var rolled = try bench.samples("tile.png")
    let samples = rolled
    for y in 0..<32 { for x in 0..<32 { rolled[y * 32 + (x + 9) % 32] = samples[y * 32 + x] } }
    let other = try bench.write("rolled.png", width: 32, height: 32, PixelFormat(.uint8, .gray), rolled)
    let (before, after) = (try map("height"), try map("height", image: other))
    for y in 0..<32 { for x in 0..<32 { #expect(after[y * 32 + (x + 9) % 32] == before[y * 32 + x]) } }
    // Told that it does not repeat across, the border is an end.
    #expect(try map("height", ["--tile", "y"]) != before)
    #expect(try map("height", ["--tile", "x"]) != before)
    #expect(try map("height", ["--tile", "none"]) != map("height", ["--tile", "x"]))
  }

  @Test func normalPointsUpOrDown() throws {
    let (up, down) = (try map("normal"), try map("normal", ["--normal-y", "down"]))
    for pixel in 0..<32 * 32 {
      #expect(up[3 * pixel] == down[3 * pixel])
      #expect(abs(up[3 * pixel + 1] + down[3 * pixel + 1] - 1) <= 1.01 / 65_535)
    }
    #expect(up != down)
  }

  @Test(arguments: [
    (["--relief", "9"], "normal"), (["--relief", "9"], "occlusion"), (["--feature", "4"], "height"),
    (["--height-balance", "2"], "height"), (["--invert-height"], "height"),
    (["--roughness", "0.1,0.2"], "roughness"),
    (["--occlusion-radius", "1"], "occlusion"), (["--map-depth", "8"], "height"),
  ])
  func flagsChangeTheirMap(flags: [String], kind: String) throws {
    #expect(try map(kind, flags) != map(kind))
  }

  @Test func roughnessStaysInItsRange() throws {
    let roughness = try map("roughness", ["--roughness", "0.1,0.2"])
    #expect(roughness.allSatisfy { $0 > 0.0999 && $0 < 0.2001 })
    #expect((roughness.min() ?? 1) < 0.11 && (roughness.max() ?? 0) > 0.19)
  }

  @Test func existingFilesAreInputsOnlyWhenNamed() throws {
    let output = bench.path("tile-height.png")
    #expect(
      try Command.run(["maps", "-i", image, "-o", bench.path("tile.png"), "--maps", "height"]).status
        == 0)
    let refused = try Command.run([
      "maps", "-i", output, "-o", bench.path("tile-{map}.png"), "--maps", "height",
    ])
    #expect(refused.status == 73)
    #expect(
      try Command.run([
        "maps", "-i", output, "-o", bench.path("tile-{map}.png"), "--maps", "height", "--overwrite",
      ]).status == 0)
  }

  @Test func failuresSayWhatAndWhere() throws {
    let cases: [(flags: [String], status: Int32, words: String)] = [
      (["-i", bench.path("none.png")], 66, "none.png"),
      (["--map-depth", "12"], 64, "--map-depth"),
      (["--maps", "height,shine"], 64, "--maps"),
      (["--maps", "height,height"], 64, "--maps"),
      (["--roughness", "0.9,0.1"], 64, "--roughness"),
      (["--relief", "-1"], 64, "relief"),
      (["--feature", "1"], 64, "feature"),
      (["--height-balance", "9"], 64, "balance"),
      (["--occlusion-radius", "0"], 64, "radius"),
      (["--tile", "z"], 64, "--tile"),
    ]
    for (flags, status, words) in cases {
      let source = flags.contains("-i") ? [] : ["-i", image]
      let result = try Command.run(["maps", "-o", bench.path("new.png")] + source + flags)
      #expect(result.status == status, "\(flags): \(result.errors)")
      #expect(result.errors.contains(words), "\(flags): \(result.errors)")
      #expect(!bench.exists("new-height.png"))
    }
  }
}
