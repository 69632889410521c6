import TestSupport
import Testing

enum PrecisionFlags {
  private static let fixtures = Fixtures.shared
  private static let stand = Stand(
    "model precision", ["--model", TinyModel.directory], ["--prompts", fixtures.prompt], ["--seeds", "1"],
    ["--steps", "2"], ["--output", "OUT/out.json"], ["--json"])
  private static let hiDream = stand.with(["--model", fixtures.hiDream], ["--steps", "1"])

  static let cases =
    OutputFlags.reporting(stand, detail: "picture 3 of 3") + [
      figures(stand, "--prompts", fixtures.schedule + "/scheduler_config.json"),
      figures(stand, "--seed", "8"), figures(stand, "--steps", "4"), figures(stand, "--seeds", "2"),
      figures(stand, "--lora", fixtures.adapter), figures(stand, "--model", fixtures.hiDream),
      hiDream.flag("--variant", "fast") { without, with throws in
        #expect(with.errors.contains("HiDream-I1 Fast, as --variant says"))
        #expect(try worst(without) != worst(with))
      },
      stand.flag("--compute", "bf16") { _, with in
        #expect(with.status == 64 && with.errors.contains("--compute bf16"), "\(with.errors)")
      },
      FlagCase(verb: "model precision", flag: "--output") {
        let named = try stand.with(["--output", "OUT/named.json"]).run()
        #expect(try named.names == ["named.json"] && stand.run().names == ["out.json"])
      },
      ModelPartFlags.cache(hiDream), ModelPartFlags.memory(stand),
      ModelPartFlags.threads("model precision") {
        [
          "--model", TinyModel.directory, "--prompts", fixtures.prompt, "--seeds", "1", "--steps", "2",
          "--output", $0.path("out.json"),
        ]
      },
    ] + ModelPartFlags.parts.map { ModelPartFlags.part(hiDream, $0) { try worst($0) == worst($1) } }

  /// The worst picture's decibels by arithmetic.
  @Sendable private static func worst(_ trial: Trial) throws -> [Double] {
    let psnr = try #require(try trial.report()["psnr"] as? [String: [String: Any]])
    return try ["bf16", "int8"].map { try #require(psnr[$0]?["worst"] as? Double) }
  }

  /// A case by those figures.
  private static func figures(_ stand: Stand, _ words: String...) -> FlagCase {
    FlagCase(verb: "model precision", flag: words[0]) { () throws in
      #expect(try worst(stand.run()) != worst(stand.with(words).run()))
    }
  }
}
