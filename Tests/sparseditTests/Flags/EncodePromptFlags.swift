import TestSupport
import Testing

enum EncodePromptFlags {
  private static let fixtures = Fixtures.shared
  private static let stand = Stand(
    "encode-prompt", ["--model", TinyModel.directory], ["--prompt", "moss"],
    ["--output", "OUT/out.safetensors"])
  private static let hiDream = stand.with(["--model", fixtures.hiDream])

  static let cases =
    [
      stand.value("--prompt", "brick wall") { one, other throws in
        #expect(try !isSame(one, other))
      },
      FlagCase(verb: "encode-prompt", flag: "--prompt-file") {
        let read = try stand.without("--prompt").with(["--prompt-file", fixtures.prompt]).run()
        #expect(try isSame(read, stand.with(["--prompt", "brick wall"]).run()))
      },
      stand.value("--model", fixtures.hiDream) { one, other throws in
        #expect(try !isSame(one, other))
      },
      stand.value("--output", "OUT/named.safetensors") { one, other throws in
        #expect(try one.names.contains("out.safetensors") && other.names.contains("named.safetensors"))
      },
      ModelPartFlags.cache(hiDream),
      ModelPartFlags.threads("encode-prompt") {
        [
          "--model", fixtures.hiDream, "--prompt", "moss", "--no-cache", "--output",
          $0.path("out.safetensors"),
        ]
      },
    ] + ModelPartFlags.encoders.map { ModelPartFlags.part(hiDream, $0, isSame) }

  @Sendable private static func isSame(_ a: Trial, _ b: Trial) throws -> Bool {
    #expect(a.status == 0 && b.status == 0, "\(a.errors)\(b.errors)")
    return try a.bytes("out.safetensors") == b.bytes("out.safetensors")
  }
}
