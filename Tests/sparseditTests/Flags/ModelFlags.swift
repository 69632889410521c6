import Foundation
import TestSupport
import Testing

/// Cases of `model info`, `check`, `convert` and `forward`.
enum ModelFlags {
  private static let fixtures = Fixtures.shared
  private static let convert = Stand(
    "model convert", ["--model", TinyModel.directory], ["--to", "fp32"], ["--output", "OUT/out.safetensors"],
    ["--json"])
  private static let forward = Stand(
    "model forward", ["--model", TinyModel.directory], ["--inputs", fixtures.forward],
    ["--save", "OUT/out.safetensors"], ["--json"])

  static let cases =
    [
      Stand("model info", [TinyModel.directory]).flag("--json", check: aReport),
      Stand("model info", [TinyModel.directory]).flag("--tensors") { without, with in
        #expect(with.text.contains("x_embedder.proj.weight"))
        #expect(without.status == 0 && !without.text.contains("x_embedder.proj.weight"))
      },
      Stand("model check", [TinyModel.directory]).flag("--json", check: aReport),
    ] + converting + running

  private static let converting = [
    convert.value("--model", fixtures.hiDream) { one, other throws in
      #expect(try !isSame(one, other))
    },
    convert.value("--output", "OUT/named.gguf") { one, other throws in
      #expect(try one.names == ["out.safetensors"] && other.names == ["named.gguf"])
    },
    convert.value("--to", "bf16") { one, other throws in
      #expect(try number("bytes", other) < number("bytes", one))
    },
    convert.flag("--lora", fixtures.adapter) { without, with throws in
      #expect(with.errors.contains("changes 1 matrices"))
      #expect(try !isSame(without, with))
    },
    convert.without("--json").flag("--json", check: aReport),
    ModelPartFlags.threads("model convert") {
      ["--model", fixtures.weights, "--to", "bf16", "--output", $0.path("out.safetensors")]
    },
  ]

  private static let running = [
    forward.value("--model", fixtures.wideModel + "/transformer") { one, other in
      #expect(try isSame(one, other))
      let missing = try forward.with(["--model", fixtures.schedule]).run()
      #expect(missing.status != 0)
    },
    forward.value("--inputs", fixtures.largeForward) { one, other throws in
      #expect(try number("tokens_total", one) == 16 && number("tokens_total", other) == 576)
    },
    forward.flag("--save", "OUT/out.safetensors") { without, with throws in
      #expect(try with.names == ["out.safetensors"] && without.names.isEmpty)
    },
    forward.flag("--reps", "3") { without, with throws in
      #expect(try (with.report()["seconds"] as? [Any])?.count == 3)
      #expect(try (without.report()["seconds"] as? [Any])?.count == 1)
    },
    forward.flag("--compute", "int8") { without, with throws in
      #expect(try with.report()["compute"] as? String == "int8")
      #expect(try !isSame(without, with))
    },
    forward.flag("--lora", fixtures.adapter) { without, with throws in #expect(try !isSame(without, with)) },
    forward.with(["--inputs", fixtures.largeForward]).flag("--sparsity", "0.8") { without, with throws in
      #expect(try number("attention_sparsity", with) > 0.3 && number("attention_sparsity", without) == 0)
      #expect(try !isSame(without, with))
    },
    forward.flag("--active", "0.25") { without, with throws in
      #expect(try number("tokens_computed", with) == 4 && number("tokens_computed", without) == 16)
    },
    forward.flag("--threads", "3") { _, with throws in
      #expect(try number("threads", with) == 3)
      #expect(try number("threads", forward.with(["--threads", "1"]).run()) == 1)
    },
    ModelPartFlags.memory(forward.with(["--inputs", fixtures.largeForward])),
    forward.without("--json").flag("--json", check: aReport),
  ]

  @Sendable private static func isSame(_ a: Trial, _ b: Trial) throws -> Bool {
    #expect(a.status == 0 && b.status == 0, "\(a.errors)\(b.errors)")
    return try a.bytes("out.safetensors") == b.bytes("out.safetensors")
  }
}
