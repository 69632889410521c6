import TestSupport
import Testing

enum TextureFlags {
  private static let fixtures = Fixtures.shared
  private static let stand = Stand(
    "texture", ["--model", TinyModel.directory], ["--prompt", "moss"], ["--steps", "2"], ["--width", "128"],
    ["--height", "80"], ["--output", "OUT/out.png"], ["--json"])
  private static let wide = stand.with(
    ["--model", fixtures.wideModel], ["--width", "768"], ["--height", "768"], ["--cfg-scale", "1"])
  /// A photograph that is made to repeat.
  private static let photograph = stand.without("--width").without("--height").with(
    ["--image", fixtures.picture])

  static let cases =
    PromptFlags.cases(stand)  // Each step rolls the canvas by what the seed says.
    + SamplingFlags.cases(stand, wide: wide, isSeeded: true) + ModelPartFlags.cases(stand)
    + OutputFlags.cases(photograph, input: ("--image", fixtures.picture))
    + OutputFlags.reporting(stand, detail: "denoising") + own

  private static let own = [
    stand.without("--width").without("--height").flag("--image", fixtures.picture) { without, with throws in
      #expect(try without.picture().width == 64 && with.picture().width == 160)
      #expect(try with.recipe()?["image"] == "picture.png")
    },
    stand.flag("--width", "96") { without, with throws in
      #expect(try with.picture().width == 96 && without.picture().width == 64)
    },
    stand.flag("--height", "96") { without, with throws in
      #expect(try with.picture().height == 96 && without.picture().height == 64)
    },
    stand.flag("--tile", "x") { without, with in
      try otherPixels(without, with)
      #expect(try directions(with) == ["x"] && directions(without) == ["x", "y"])
    },
    // The habit's name of the default: it shows beside another direction, which is refused.
    stand.flag("--circular") { without, with throws in
      #expect(try with.pixels() == without.pixels())
      #expect(try stand.with(["--circular"], ["--tile", "x"]).run().status == 64)
    },
    stand.flag("--circularx") { _, with throws in #expect(try directions(with) == ["x"]) },
    stand.flag("--circulary") { _, with throws in #expect(try directions(with) == ["y"]) },
    photograph.flag("--band", "30") { without, with in
      try otherPixels(without, with)
      #expect(try with.recipe()?["band"] == "30")
    },
    photograph.flag("--strength", "0") { without, with in
      try otherPixels(without, with)
      #expect(try number("steps", with) == 0)
    },
    stand.flag("--repeat", "3x2") { without, with in
      let sheet = try with.picture("out-3x2.png")
      #expect(sheet.width == 3 * 128 && sheet.height == 2 * 80)
      #expect(try without.names == ["out.png"])
    },
    ColorFlags.reference(stand),
  ]

  /// Those in which the texture repeats.
  private static func directions(_ trial: Trial) throws -> [String] {
    let ratios = try #require(try trial.report()["seam_ratio"] as? [String: Any])
    return ["x", "y"].filter { ratios[$0] is Double }
  }
}
