import Foundation
import SparseditKit
import Testing

/// `--help` and `--version`, which every verb has.
enum HelpFlags {
  private static let verbs = [
    "", "generate", "inpaint", "background", "texture", "upscale", "mask", "adjust", "maps", "batch", "rerun",
    "inspect", "latents", "latents encode", "latents decode", "encode-prompt", "model", "model info",
    "model check", "model convert", "model forward", "model budgets", "model precision",
  ]

  static let cases: [FlagCase] = verbs.flatMap { verb in
    [
      FlagCase(verb: verb, flag: "--help") {
        let help = try Stand(verb, ["--help"]).run()
        let usage = verb.isEmpty ? "USAGE: sparsedit" : "USAGE: sparsedit \(verb)"
        #expect(help.status == 0 && help.text.contains(usage), "\(help.text)")
      },
      FlagCase(verb: verb, flag: "--version") {
        let version = try Stand(verb, ["--version"]).run()
        #expect(version.status == 0 && version.text == "\(Sparsedit.version)\n", "\(version.text)")
      },
    ]
  }
}
