import TestSupport
import Testing

enum BudgetsFlags {
  private static let fixtures = Fixtures.shared
  /// One prompt, at a size of which attention has several blocks.
  private static let stand = Stand(
    "model budgets", ["--model", TinyModel.directory], ["--prompts", fixtures.prompt], ["--size", "512"],
    ["--steps", "4"], ["--output", "OUT/out.json"], ["--json"])
  private static let hiDream = stand.with(["--model", fixtures.hiDream])

  static let cases =
    OutputFlags.reporting(stand, detail: "step 4 of 4") + [
      figures(stand, "--prompts", fixtures.schedule + "/scheduler_config.json"),
      figures(stand, "--size", "576"), figures(stand, "--steps", "8"), figures(stand, "--seed", "8"),
      figures(stand, "--sparsity", "0.5"), figures(stand, "--compute", "int8"),
      figures(stand, "--lora", fixtures.adapter), figures(stand, "--model", fixtures.hiDream),
      hiDream.flag("--variant", "fast") { without, with throws in
        #expect(with.errors.contains("HiDream-I1 Fast, as --variant says"))
        #expect(try errors(without) != errors(with))
      },
      FlagCase(verb: "model budgets", flag: "--output") {
        let named = try stand.with(["--output", "OUT/named.json"]).run()
        #expect(try named.names == ["named.json"] && stand.run().names == ["out.json"])
      },
      ModelPartFlags.cache(hiDream), ModelPartFlags.memory(stand),
      ModelPartFlags.threads("model budgets") {
        [
          "--model", TinyModel.directory, "--prompts", fixtures.prompt, "--size", "512", "--steps", "4",
          "--output", $0.path("out.json"),
        ]
      },
    ] + ModelPartFlags.parts.map { ModelPartFlags.part(hiDream, $0) { try errors($0) == errors($1) } }

  /// The errors of attention that the report tells, by block.
  @Sendable private static func errors(_ trial: Trial) throws -> [Double] {
    try #require(try trial.report()["error_even"] as? [Double])
  }

  /// A case by those errors.
  private static func figures(_ stand: Stand, _ words: String...) -> FlagCase {
    FlagCase(verb: "model budgets", flag: words[0]) { () throws in
      #expect(try errors(stand.run()) != errors(stand.with(words).run()))
    }
  }
}
