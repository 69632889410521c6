import TestSupport
import Testing

enum GenerateFlags {
  private static let fixtures = Fixtures.shared
  private static let stand = Stand(
    "generate", ["--model", TinyModel.directory], ["--prompt", "moss"], ["--steps", "2"], ["--width", "128"],
    ["--height", "80"], ["--output", "OUT/out.png"], ["--json"])
  private static let wide = stand.with(
    ["--model", fixtures.wideModel], ["--width", "768"], ["--height", "768"], ["--cfg-scale", "1"])
  /// Two pictures.
  private static let two = stand.without("--json").with(["--batch-count", "2"])

  static let cases =
    PromptFlags.cases(stand) + SamplingFlags.cases(stand, wide: wide) + ModelPartFlags.cases(stand)
    + OutputFlags.cases(stand, input: ("--color-reference", fixtures.other))
    + OutputFlags.reporting(stand, detail: "denoising") + own

  private static let own = [
    stand.flag("--width", "96") { without, with throws in
      #expect(try with.picture().width == 96 && without.picture().width == 64)
    },
    stand.flag("--height", "96") { without, with throws in
      #expect(try with.picture().height == 96 && without.picture().height == 64)
    },
    stand.without("--json").flag("--batch-count", "2") { without, with throws in
      #expect(try without.names == ["out.png"] && with.names == ["out-000.png", "out-001.png"])
    },
    ColorFlags.match(two), ColorFlags.reference(stand),
  ]
}
