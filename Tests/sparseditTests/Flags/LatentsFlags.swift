import TestSupport
import Testing

@testable import Checkpoints

enum LatentsFlags {
  private static let fixtures = Fixtures.shared
  private static let encode = Stand(
    "latents encode", ["--model", TinyModel.directory], ["--image", fixtures.picture],
    ["--output", "OUT/out.safetensors"])
  private static let decode = Stand(
    "latents decode", ["--model", TinyModel.directory], ["--image", HiDreamFixture.reference("first")],
    ["--output", "OUT/out.png"])

  static let cases =
    common(encode, "out.safetensors", other: "other.safetensors", isSame: sameLatents)
    + common(decode, "out.png", other: "other.png") { try $0.pixels() == $1.pixels() } + [
      encode.value("--image", fixtures.other) { one, other throws in
        #expect(try !sameLatents(one, other))
      },
      FlagCase(verb: "latents encode", flag: "--float-image") {
        // A picture is no tensor, and a tensor is one only with the flag.
        let tensor = try decode.with(["--output", "OUT/i.safetensors"], ["--float-image"]).run()
        let stand = encode.with(["--image", tensor.path("i.safetensors")])
        #expect(try stand.run().status == 65)
        #expect(try stand.with(["--float-image"]).run().status == 0)
      },
      FlagCase(verb: "latents decode", flag: "--image") {
        let latents = try encode.run().path("out.safetensors")
        #expect(try decode.run().picture().width == 64)
        #expect(try decode.with(["--image", latents]).run().picture().width == 160)
      },
      decode.with(["--output", "OUT/i.safetensors"]).flag("--float-image") { without, with throws in
        #expect(without.status == 64)
        #expect(try SafetensorsFile(path: with.path("i.safetensors")).shape(of: "image") == [1, 3, 64, 64])
      },
      ModelPartFlags.threads("latents encode") {
        [
          "--model", TinyModel.directory, "--image", fixtures.wide, "--output", $0.path("out.safetensors"),
        ]
      },
      FlagCase(verb: "latents decode", flag: "--threads") {
        let latents = try encode.with(["--image", fixtures.wide]).run().path("out.safetensors")
        try ModelPartFlags.threads("latents decode") {
          ["--model", TinyModel.directory, "--image", latents, "--output", $0.path("out.png")]
        }.check()
      },
    ]

  @Sendable private static func sameLatents(_ a: Trial, _ b: Trial) throws -> Bool {
    #expect(a.status == 0 && b.status == 0, "\(a.errors)\(b.errors)")
    return try a.bytes("out.safetensors") == b.bytes("out.safetensors")
  }

  private static func common(
    _ stand: Stand, _ name: String, other: String,
    isSame: @escaping @Sendable (Trial, Trial) throws -> Bool
  ) -> [FlagCase] {
    [
      stand.value("--model", fixtures.hiDream) { one, other throws in
        #expect(try !isSame(one, other))
      },
      ModelPartFlags.part(stand, ("--vae", "vae"), isSame),
      stand.value("--output", "OUT/\(other)") { one, another throws in
        #expect(try one.names.contains(name) && another.names.contains(other))
      },
    ]
  }
}
