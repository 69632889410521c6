import Testing

@testable import ImageCodecs

enum MapsFlags {
  private static let fixtures = Fixtures.shared
  private static let stand = Stand(
    "maps", ["--image", fixtures.picture], ["--output", "OUT/out.png"], ["--json"])

  static let cases =
    OutputFlags.reporting(stand, detail: "took") + [
      map("height", "--image", fixtures.other),
      stand.value("--output", "OUT/stone-{map}.tif") { one, other throws in
        #expect(try one.names.contains("out-height.png"))
        #expect(try other.names.contains("stone-height.tif"))
      },
      stand.having("same-height.png", fixtures.picture)
        .with(["--image", "OUT/same-height.png"], ["--output", "OUT/same.png"])
        .flag("--overwrite", check: replacesAnInput),
      map("height", "--tile", "none"),
      stand.flag("--maps", "height,normal") { without, with throws in
        #expect(try with.names == ["out-height.png", "out-normal.png"])
        #expect(try without.names.count == 4)
      },
      stand.flag("--map-depth", "8") { without, with throws in
        #expect(try with.picture("out-height.png").format.sampleType == .uint8)
        #expect(try without.picture("out-height.png").format.sampleType == .uint16)
      },
      map("normal", "--normal-y", "down"), map("normal", "--relief", "9"), map("height", "--feature", "4"),
      map("height", "--height-balance", "2"), map("height", "--invert-height"),
      map("roughness", "--roughness", "0.1,0.2"), map("occlusion", "--occlusion-radius", "2"),
    ]

  /// A case by the map that the flag is for.
  private static func map(_ kind: String, _ words: String...) -> FlagCase {
    FlagCase(verb: "maps", flag: words[0]) {
      let (one, other) = (try stand.run(), try stand.with(words).run())
      #expect(try one.pixels("out-\(kind).png") != other.pixels("out-\(kind).png"))
    }
  }
}
