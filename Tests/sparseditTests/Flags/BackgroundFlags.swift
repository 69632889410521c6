import TestSupport
import Testing

enum BackgroundFlags {
  private static let fixtures = Fixtures.shared
  /// What the mask shows is painted by the model.
  private static let stand = Stand(
    "background", ["--model", TinyModel.directory], ["--prompt", "moss"], ["--steps", "2"],
    ["--image", fixtures.picture], ["--mask", fixtures.mask], ["--refine", "none"],
    ["--output", "OUT/out.png"],
    ["--json"])
  private static let wide = stand.with(
    ["--model", fixtures.wideModel], ["--image", fixtures.wide], ["--mask", fixtures.wideMask],
    ["--cfg-scale", "1"])
  /// The foreground with alpha, cut out without a model.
  private static let cutOut = Stand(
    "background", ["--image", fixtures.picture], ["--transparent"], ["--refine", "none"],
    ["--output", "OUT/out.png"], ["--json"])
  /// The same with a soft border.
  private static let soft = cutOut.with(["--mask", fixtures.mask], ["--refine", "guided-filter"])

  static let cases =
    [
      stand.flag("--prompt", "moss") { without, with throws in
        #expect(without.status == 64)
        #expect(try with.recipe()?["prompt"] == "moss" && number("steps", with) == 2)
      },
      PromptFlags.negative(stand),
    ]
    + SamplingFlags.cases(stand, wide: wide) + [SamplingFlags.reuse(stand)] + ModelPartFlags.cases(stand)
    + OutputFlags.cases(stand, input: ("--image", fixtures.picture))
    + OutputFlags.reporting(stand, detail: "denoising") + foregrounds + backgrounds + results

  /// How much of the picture is kept at the middle of the mask, and at a corner.
  private static func alphas(_ trial: Trial) throws -> [UInt8] {
    let picture = try trial.picture()
    return [80 * 160 + 64, 0].map { picture.bytes[$0 * 4 + 3] }
  }

  /// A way of telling the foreground, without which the picture's own alpha would be needed.
  private static func foreground(_ words: String..., alphas expected: [UInt8]) -> FlagCase {
    FlagCase(verb: "background", flag: words[0]) { () throws in
      #expect(try cutOut.run().status == 64)
      #expect(try alphas(cutOut.with(words).run()) == expected)
    }
  }

  private static let foregrounds = [
    stand.value("--image", fixtures.other) { one, other in
      try otherPixels(one, other)
      #expect(try other.recipe()?["image"] == "other.png")
    },
    foreground("--foreground", fixtures.mask, alphas: [255, 0]),
    foreground("--mask", fixtures.mask, alphas: [0, 255]),
    foreground("--trimap", fixtures.trimap, alphas: [255, 0]),
    foreground("--scribbles", fixtures.trimap, alphas: [255, 0]),
    cutOut.flag("--rectangle", "20,20,120,120") { without, with throws in
      #expect(without.status == 64)
      #expect(try alphas(with)[1] == 0)
    },
    // What is done without any of these flags too: it shows in that another way is refused beside it.
    cutOut.with(["--image", fixtures.clear]).flag("--own-alpha") { without, with throws in
      #expect(try with.pixels() == without.pixels())
      let both = cutOut.with(["--image", fixtures.clear], ["--own-alpha"], ["--mask", fixtures.mask])
      #expect(try both.run().status == 64)
    },
    soft.flag("--refine", "none", check: otherPixels),
    soft.flag("--unknown-radius", "12", check: otherPixels),
    soft.flag("--decontaminate", "0", check: otherPixels),
  ]

  private static let colored = stand.without("--model").without("--prompt").without("--steps")

  private static let backgrounds = [
    colored.flag("--background", fixtures.other) { without, with in
      #expect(without.status == 64)
      let (before, after) = (try Pictures.read(fixtures.other).bytes, try with.pixels())
      let middle = (80 * 160 + 64) * 3
      #expect(after[middle..<middle + 3] == before[middle..<middle + 3])
    },
    colored.flag("--background-color", "204060") { without, with throws in
      #expect(without.status == 64)
      let middle = (80 * 160 + 64) * 3
      #expect(try Array(with.pixels()[middle..<middle + 3]) == [0x20, 0x40, 0x60])
    },
    colored.flag("--transparent") { without, with throws in
      #expect(without.status == 64)
      #expect(try with.picture().format.alpha == .straight)
    },
    colored.with(["--background-color", "204060"]).flag("--harmonize", "1", check: otherPixels),
    ColorFlags.reference(stand),
  ]

  private static let results = [
    written("--matte-output", soft), written("--cutout-output", stand),
    written("--plate-output", stand),
    cutOut.with(["--trimap", fixtures.trimap]).flag("--premultiplied", check: otherPixels),
  ]

  /// A flag that names one more picture to write.
  private static func written(_ flag: String, _ stand: Stand) -> FlagCase {
    stand.flag(flag, "OUT/more.png") { without, with throws in
      #expect(try with.picture("more.png").width == 160)
      #expect(try with.pixels("more.png") != with.pixels())
      #expect(try !without.names.contains("more.png"))
    }
  }
}
