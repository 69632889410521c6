import Images
import Testing

@testable import ImageCodecs

enum MaskFlags {
  private static let fixtures = Fixtures.shared
  /// A square of 16 pixels' side.
  private static let stand = Stand(
    "mask", ["--size", "64x48"], ["--add", "rectangle:16,16,16,16"], ["--output", "OUT/out.png"], ["--json"])

  static let cases =
    OutputFlags.reporting(stand, detail: "took") + [
      OutputFlags.output(stand),
      OutputFlags.overwrite(stand.without("--size"), input: ("--image", fixtures.picture)),
    ] + selecting + shaping

  private static let selecting = [
    stand.without("--size").flag("--image", fixtures.picture) { without, with throws in
      #expect(without.status == 64 && without.errors.contains("--size"))
      #expect(try number("width", with) == 160)
    },
    stand.flag("--size", "64x48") { without, with throws in
      #expect(without.status == 64)
      #expect(try number("width", with) == 64 && number("height", with) == 48)
    },
    selected("--add", "rectangle:16,16,16,16", without: 64 * 48, with: 256),
    selected("--intersect", "rectangle:16,16,8,16", without: 256, with: 128),
    selected("--subtract", "rectangle:16,16,8,8", without: 256, with: 192),
    selected("--difference", "rectangle:24,16,16,16", without: 256, with: 256) { trial throws in
      #expect(try MaskFile.read(path: trial.path("out.png")).mask[28, 20] == 0)
    },
  ]

  private static let shaping = [
    stand.with(["--add", "rectangle:16.5,16,16,16"]).flag("--threshold", "0.6") { without, with throws in
      #expect(try number("selected_pixels", without) == 17 * 16)
      #expect(try number("selected_pixels", with) == 15 * 16)
    },
    selected("--grow", "1", without: 256, with: 256 + 4 * 16),
    selected("--shrink", "1", without: 256, with: 14 * 14),
    stand.flag("--feather", "6") { without, with throws in
      #expect(try number("coverage", with) < number("coverage", without))
    },
    selected("--invert", without: 256, with: 64 * 48 - 256),
    stand.flag("--depth", "16") { without, with throws in
      #expect(try with.picture().format.sampleType == .uint16)
      #expect(try without.picture().format.sampleType == .uint8)
    },
  ]

  /// A case by how many pixels are selected.
  private static func selected(
    _ words: String..., without less: Double, with more: Double,
    check: @escaping @Sendable (Trial) throws -> Void = { _ in }
  ) -> FlagCase {
    FlagCase(verb: "mask", flag: words[0]) {
      #expect(try number("selected_pixels", stand.without(words[0]).run()) == less)
      let with = try stand.with(words).run()
      #expect(try number("selected_pixels", with) == more)
      try check(with)
    }
  }
}
