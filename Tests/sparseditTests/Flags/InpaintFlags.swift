import TestSupport
import Testing

enum InpaintFlags {
  private static let fixtures = Fixtures.shared
  private static let stand = Stand(
    "inpaint", ["--model", TinyModel.directory], ["--prompt", "moss"], ["--steps", "2"],
    ["--image", fixtures.picture], ["--mask", fixtures.mask], ["--output", "OUT/out.png"], ["--json"])
  private static let wide = stand.with(
    ["--model", fixtures.wideModel], ["--image", fixtures.wide], ["--mask", fixtures.wideMask],
    ["--whole-picture"], ["--cfg-scale", "1"])
  /// Two versions.
  private static let two = stand.without("--json").with(["--batch-count", "2"])

  static let cases =
    PromptFlags.cases(stand) + SamplingFlags.cases(stand, wide: wide)
    + [SamplingFlags.reuse(stand.with(["--whole-picture"]))] + ModelPartFlags.cases(stand)
    + OutputFlags.cases(stand, input: ("--image", fixtures.picture))
    + OutputFlags.reporting(stand, detail: "denoising") + masks + own

  private static let masks = [
    stand.flag("--mask", fixtures.mask) { without, with throws in
      #expect(without.status == 65 && without.errors.contains("no alpha"), "\(without.errors)")
      #expect(try (1...48 * 48).contains(Int(number("changed_pixels", with))))
    },
    stand.flag("--invert-mask") { without, with throws in
      // What is painted without the flag is left alone with it.
      #expect(try number("max_difference_outside_mask", with) == 0)
      #expect(try number("changed_pixels", with) > number("changed_pixels", without))
    },
    stand.flag("--mask-grow", "5") { without, with throws in
      #expect(with.errors.contains("grown by 5 pixels"))
      #expect(try widths(with) == [58] && widths(without) == [48])
    },
    stand.flag("--mask-feather", "20", check: otherPixels),
    stand.with(["--mask", fixtures.colored]).flag("--region", "ff0000=red bricks") { without, with in
      try otherPixels(without, with)
      #expect(try with.recipe()?["region"] == "ff0000=red bricks")
    },
    stand.flag("--extend", "left=16,bottom=32") { without, with throws in
      #expect(try with.picture().width == 176 && with.picture().height == 192)
      #expect(try without.picture().width == 160)
    },
  ]

  private static let own = [
    stand.value("--image", fixtures.other) { one, other in
      try otherPixels(one, other)
      #expect(try other.recipe()?["image"] == "other.png")
    },
    stand.flag("--strength", "0.5", check: otherPixels),
    stand.flag("--fill", "neutral", check: otherPixels),
    stand.flag("--whole-picture") { without, with throws in
      #expect(try regions(with).first?["model_width"] as? Int == 160)
      #expect(try regions(without).first?["model_width"] as? Int != 160)
    },
    stand.with(["--mask", fixtures.spots]).flag("--one-crop") { without, with throws in
      #expect(try regions(without).count == 2 && regions(with).count == 1)
    },
    stand.flag("--context", "5", check: otherPixels),
    stand.flag("--clean-context", "1", check: otherPixels),
    stand.flag("--seam", "poisson", check: otherPixels),
    stand.flag("--no-color-match", check: otherPixels),
    stand.without("--json").flag("--batch-count", "2") { without, with throws in
      #expect(try without.names == ["out.png"] && with.names == ["out-000.png", "out-001.png"])
    },
    ColorFlags.match(two), ColorFlags.reference(stand),
  ]

  private static func regions(_ trial: Trial) throws -> [[String: Any]] {
    try #require(try trial.report()["regions"] as? [[String: Any]])
  }

  private static func widths(_ trial: Trial) throws -> [Int] {
    try regions(trial).compactMap { $0["width"] as? Int }
  }
}
