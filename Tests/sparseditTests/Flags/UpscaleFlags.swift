import TestSupport
import Testing

enum UpscaleFlags {
  private static let fixtures = Fixtures.shared
  private static let stand = Stand(
    "upscale", ["--model", TinyModel.directory], ["--prompt", "moss"], ["--steps", "2"],
    ["--refine", "0.35"], ["--image", fixtures.small], ["--output", "OUT/out.png"], ["--json"])
  /// The network without the model's pass over its picture.
  private static let alone = Stand(
    "upscale", ["--model", TinyModel.directory], ["--image", fixtures.picture], ["--output", "OUT/out.png"])
  private static let wide = stand.with(
    ["--model", fixtures.wideModel], ["--image", fixtures.half], ["--window", "800"], ["--cfg-scale", "1"])

  static let cases =
    PromptFlags.cases(stand) + SamplingFlags.cases(stand, wide: wide, window: "80", overlap: "32")
    + ModelPartFlags.cases(stand) + OutputFlags.cases(stand, input: ("--image", fixtures.small))
    + OutputFlags.reporting(stand, detail: "denoising") + own

  private static let own = [
    stand.value("--image", fixtures.picture) { one, other throws in
      #expect(try one.picture().width == 64 && other.picture().width == 320)
    },
    stand.flag("--scale", "1.5") { without, with throws in
      #expect(try with.picture().width == 48 && without.picture().width == 64)
    },
    stand.flag("--width", "80") { without, with throws in
      #expect(try with.picture().width == 80 && without.picture().width == 64)
    },
    stand.flag("--height", "80") { without, with throws in
      #expect(try with.picture().height == 80 && without.picture().height == 64)
    },
    stand.flag("--refine", "0.8", check: otherPixels), alone.flag("--faithful", check: otherPixels),
    alone.flag("--tile", "xy", check: otherPixels),
    alone.flag(
      "--upscale-model", Repository.path("Tests/UpscalersTests/Fixtures/compact-x2.pth"), check: otherPixels),
    // Something lies where the state of an interrupted run would. `UpscaleResumeTests` interrupts real ones.
    stand.having("out.png.state", fixtures.prompt).flag("--resume") { without, with in
      #expect(without.errors.contains("was replaced") && without.status == 0, "\(without.errors)")
      #expect(with.errors.contains("expected the state of an interrupted run") && with.status == 65)
    },
  ]
}
