import Foundation
import Tensors
import Testing

@testable import Checkpoints

/// The flags that exist for an exact comparison with a reference.
@Suite struct ComparisonFlagTests {
  private func tensor(_ name: String, _ path: String) throws -> Tensor {
    try #require(try SafetensorsFile(path: path).tensor(name))
  }

  @Test func givenNoiseTakesThePlaceOfTheSeeds() throws {
    let scratch = try Scratch()
    // After no step but one at full noise the latents depend on the noise alone, not on the seed.
    let noise = Tensor((0..<16 * 64).map { Float($0 % 17) / 8 - 1 }, shape: [1, 16, 8, 8])
    try SafetensorsWriter.save([.init("latents", noise)], to: scratch.path("noise.safetensors"))
    var latents: [[Float]] = []
    for (seed, flags) in [
      ("1", ["--noise", scratch.path("noise.safetensors")]),
      ("2", ["--noise", scratch.path("noise.safetensors")]), ("2", []),
    ] {
      let result = try Command.run(
        [
          "generate", "-m", tinyModel, "-p", "x", "-s", seed, "-o", scratch.path("a.png"), "--save-latents",
          scratch.path("l.safetensors"),
        ] + flags)
      #expect(result.status == 0, "\(result.errors)")
      let saved = try tensor("latents", scratch.path("l.safetensors"))
      #expect(saved.shape == [1, 16, 8, 8])
      latents.append(saved.values)
    }
    #expect(latents[0] == latents[1])
    #expect(latents[1] != latents[2])
  }

  @Test func savedLatentsDecodeToThePicture() throws {
    let scratch = try Scratch()
    #expect(
      try Command.tiny(
        "generate", "-p", "x", "-o", scratch.path("a.png"), "--save-latents", scratch.path("l.safetensors")
      ).status == 0)
    #expect(
      try Command.tiny("latents", "decode", "-i", scratch.path("l.safetensors"), "-o", scratch.path("b.png"))
        .status == 0)
    #expect(try Pictures.read(scratch.path("a.png")).bytes == Pictures.read(scratch.path("b.png")).bytes)
  }

  @Test func floatImagesGoThroughTheAutoencoderUnrounded() throws {
    let scratch = try Scratch()
    let picture = Tensor((0..<3 * 32 * 48).map { Float($0 % 101) / 50 - 1 }, shape: [1, 3, 32, 48])
    try SafetensorsWriter.save([.init("image", picture)], to: scratch.path("i.safetensors"))
    #expect(
      try Command.tiny(
        "latents", "encode", "--float-image", "-i", scratch.path("i.safetensors"), "-o",
        scratch.path("l.safetensors")
      ).status == 0)
    #expect(try tensor("latents", scratch.path("l.safetensors")).shape == [1, 16, 4, 6])
    #expect(
      try Command.tiny(
        "latents", "decode", "--float-image", "-i", scratch.path("l.safetensors"), "-o",
        scratch.path("o.safetensors")
      ).status == 0)
    #expect(try tensor("image", scratch.path("o.safetensors")).shape == [1, 3, 32, 48])
  }

  @Test func theScheduleCanComeFromElsewhere() throws {
    let scratch = try Scratch()
    let schedule =
      #"{"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "shift": 6.0}"#
    try Data(schedule.utf8).write(to: URL(fileURLWithPath: scratch.path("scheduler_config.json")))
    let flags = ["generate", "-m", tinyModel, "-p", "x"]
    #expect(
      try Command.run(flags + ["-o", scratch.path("a.png"), "--schedule-from", scratch.url.path]).status == 0)
    #expect(try Command.run(flags + ["-o", scratch.path("b.png"), "--flow-shift", "6"]).status == 0)
    #expect(try Command.run(flags + ["-o", scratch.path("c.png")]).status == 0)
    let pictures = try ["a.png", "b.png", "c.png"].map { try Pictures.read(scratch.path($0)).bytes }
    #expect(pictures[0] == pictures[1])
    #expect(pictures[0] != pictures[2])
  }

  @Test func promptsAreEncodedAlone() throws {
    let scratch = try Scratch()
    let out = scratch.path("p.safetensors")
    #expect(try Command.tiny("encode-prompt", "-p", "red brick wall", "-o", out).status == 0)
    let ids = try #require(try SafetensorsFile(path: out).shape(of: "ids.t5"))
    #expect(ids.count == 1 && ids[0] > 0)
    // The tiny text encoder: width 16, 2 layers, 2 registers, pooled to 12; one token begins the text.
    #expect(try tensor("t5", out).shape == [ids[0] + 1, 16])
    #expect(try tensor("llama", out).shape == [2, 2, 16])
    #expect(try tensor("pooled", out).shape == [12])
  }

  @Test func theTransformerRunsAlone() throws {
    let scratch = try Scratch()
    let reference = Repository.path("Tests/DiffusionTransformersTests/Fixtures")
    let folder = try #require(
      try FileManager.default.contentsOfDirectory(atPath: reference).sorted().first { name in
        FileManager.default.fileExists(atPath: "\(reference)/\(name)/config.json")
      })
    let inputs = try #require(
      try FileManager.default.contentsOfDirectory(atPath: "\(reference)/\(folder)").sorted().first {
        $0.hasSuffix(".safetensors") && !$0.hasPrefix("diffusion")
      })
    let result = try Command.run([
      "model", "forward", "-m", "\(reference)/\(folder)", "--inputs", "\(reference)/\(folder)/\(inputs)",
      "--save", scratch.path("o.safetensors"), "--reps", "2", "-t", "1", "--json",
    ])
    #expect(result.status == 0, "\(result.errors)")
    let report = try result.json()
    #expect((report["seconds"] as? [Double])?.count == 2)
    #expect(report["threads"] as? Int == 1 && report["compute"] as? String == "fp32")
    #expect(report["attention_sparsity"] as? Double == 0)
    let output = try tensor("output", scratch.path("o.safetensors")).values
    let expected = try tensor("output", "\(reference)/\(folder)/\(inputs)").values
    #expect(output.count == expected.count)
    let error = zip(output, expected).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    let size = expected.reduce(0) { $0 + Double($1 * $1) }
    // Sums of float32 products in another order: the forward is within 1e-5 of the reference.
    #expect((error / size).squareRoot() < 1e-5)
  }
}
