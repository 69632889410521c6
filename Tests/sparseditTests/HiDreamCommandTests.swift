import Foundation
import Tensors
import TestSupport
import Testing

@testable import Checkpoints
@testable import ImageCodecs

/// HiDream-I1 through the command: every verb, with the schedulers of Full and of Fast.
@Suite struct HiDreamCommandTests {
  static let fast =
    #"{"_class_name": "FlowMatchLCMScheduler", "num_train_timesteps": 1000, "shift": 3.0, "use_dynamic_shifting": false}"#

  /// Runs a command with the tiny HiDream-I1 and its own cache folder.
  private func run(_ arguments: [String], _ scratch: Scratch, model: String? = nil) throws -> Command.Result {
    try Command.run(
      arguments + ["-m", model ?? HiDreamFixture.directory("first")],
      environment: ["XDG_CACHE_HOME": scratch.path("cache")])
  }

  /// The first checkpoint as a published Fast would be.
  private func fastModel(_ scratch: Scratch) throws -> String {
    let path = scratch.path("model")
    try FileManager.default.copyItem(atPath: HiDreamFixture.directory("first"), toPath: path)
    try Data(Self.fast.utf8).write(to: URL(fileURLWithPath: path + "/scheduler/scheduler_config.json"))
    return path
  }

  @Test(arguments: ["full", "fast"]) func everyVerbRuns(_ variant: String) throws {
    let scratch = try Scratch()
    let model = variant == "fast" ? try fastModel(scratch) : HiDreamFixture.directory("first")
    let picture = scratch.path("in.png")
    let mask = scratch.path("mask.png")
    try Pictures.write(Pictures.pattern(96, 80), picture)
    try MaskFile.write(Pictures.mask(96, 80), to: mask)
    let common = ["-p", "moss", "--steps", "2", "--json"]
    let verbs: [String: [String]] = [
      "generate": ["-W", "64", "-H", "48"],
      "inpaint": ["-i", picture, "--mask", mask],
      "texture": ["-W", "64", "-H", "64"],
      "upscale": ["-i", picture, "--scale", "2", "--refine", "0.35"],
      "background": ["-i", picture, "--mask", mask],
    ]
    for (verb, flags) in verbs {
      let result = try run(
        [verb] + flags + common + ["-o", scratch.path("\(verb).png")], scratch, model: model)
      #expect(result.status == 0, "\(verb): \(result.errors)")
      #expect(result.errors.contains(variant == "fast" ? "HiDream-I1 Fast" : "HiDream-I1 Full"), "\(verb)")
      let report = try result.json()
      #expect(report["steps"] as? Int == 2)
      if verb == "inpaint" { #expect(report["max_difference_outside_mask"] as? Double == 0) }
    }
  }

  @Test func givesTheReferencesLatents() throws {
    let scratch = try Scratch()
    for (run, sampler, shift, steps, guidance) in [
      ("run.unipc.7.5", "unipc", "3", "7", "5"), ("run.lcm.4.1", "lcm", "6", "4", "1"),
    ] {
      let result = try self.run(
        [
          "generate", "-p", try HiDreamFixture.text("prompt"), "-n", try HiDreamFixture.text("negative"),
          "--sampler", sampler, "--flow-shift", shift, "--steps", steps, "--cfg-scale", guidance, "--noise",
          HiDreamFixture.reference("first"), "--save-latents", scratch.path("l.safetensors"), "-W", "64",
          "-H",
          "64", "-o", scratch.path("a.png"),
        ], scratch)
      #expect(result.status == 0, "\(result.errors)")
      let found = try #require(try SafetensorsFile(path: scratch.path("l.safetensors")).tensor("latents"))
      let expected = try #require(try SafetensorsFile(path: HiDreamFixture.reference("first")).tensor(run))
      let error = zip(found.values, expected.values).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
      let size = expected.values.reduce(0) { $0 + Double($1 * $1) }
      #expect((error / size).squareRoot() < 2e-5)
    }
  }

  @Test func theDefaultsAreTheVariants() throws {
    let scratch = try Scratch()
    let result = try run(
      ["generate", "-p", "x", "-n", "blue", "-o", scratch.path("a.png"), "--json", "-W", "32", "-H", "32"],
      scratch, model: try fastModel(scratch))
    #expect(result.status == 0, "\(result.errors)")
    #expect(try result.json()["steps"] as? Int == 16)
    #expect(result.errors.contains("negative prompt has no effect"))
    let asked = try run(
      [
        "generate", "-p", "x", "-o", scratch.path("b.png"), "--json", "-W", "32", "-H", "32", "--variant",
        "dev",
      ], scratch)
    #expect(try asked.json()["steps"] as? Int == 28)
    #expect(asked.errors.contains("HiDream-I1 Dev, as --variant says"))
  }

  @Test func partsRunAlone() throws {
    let scratch = try Scratch()
    let out = scratch.path("p.safetensors")
    #expect(
      try run(["encode-prompt", "-p", HiDreamFixture.text("prompt"), "-o", out], scratch).status == 0)
    let file = try SafetensorsFile(path: out)
    let reference = try SafetensorsFile(path: HiDreamFixture.reference("first"))
    for name in ["ids.clip", "ids.t5", "ids.llama", "ids.clip_g"] {
      let expected = try #require(try reference.tensor("prompt.\(name)"))
      #expect(try #require(try file.tensor(name)).values == expected.values, "\(name)")
    }
    #expect(file.shape(of: "llama") == [2, 128, 16] && file.shape(of: "t5") == [128, 12])
    #expect(file.shape(of: "pooled") == [14])
    // The autoencoder needs no other part of the model.
    let alone = scratch.path("alone")
    try FileManager.default.copyItem(atPath: HiDreamFixture.directory("first"), toPath: alone)
    for index in ["", "_2", "_3", "_4"] {
      try FileManager.default.removeItem(atPath: "\(alone)/text_encoder\(index)")
    }
    let decoded = try run(
      [
        "latents", "decode", "--float-image", "-i", HiDreamFixture.reference("first"), "-o",
        scratch.path("i.safetensors"),
      ],
      scratch, model: alone)
    #expect(decoded.status == 0, "\(decoded.errors)")
    #expect(
      try SafetensorsFile(path: scratch.path("i.safetensors")).shape(of: "image") == [1, 3, 64, 64])
    // The whole of it lacks parts: 66, with the flags.
    let refused = try run(
      ["generate", "-p", "x", "-o", scratch.path("a.png")], scratch, model: alone)
    #expect(refused.status == 66)
    for flag in ["--clip_l", "--clip_g", "--t5xxl", "--llm"] { #expect(refused.errors.contains(flag)) }
  }

  @Test func theTransformerRunsAlone() throws {
    let scratch = try Scratch()
    let reference = try SafetensorsFile(path: HiDreamFixture.reference("first"))
    func tensor(_ name: String) throws -> Tensor { try #require(try reference.tensor(name)) }
    func batched(_ tensor: Tensor, axis: Int) -> Tensor {
      var shape = tensor.shape
      shape.insert(1, at: axis)
      return tensor.reshaped(shape)
    }
    try SafetensorsWriter.save(
      [
        .init("hidden_states", try tensor("latents")), .init("timesteps", Tensor([500], shape: [1])),
        .init("encoder_hidden_states_t5", batched(try tensor("prompt.t5"), axis: 0)),
        .init("encoder_hidden_states_llama3", batched(try tensor("prompt.llama"), axis: 1)),
        .init("pooled_embeds", batched(try tensor("prompt.pooled"), axis: 0)),
      ], to: scratch.path("in.safetensors"))
    let result = try run(
      [
        "model", "forward", "--inputs", scratch.path("in.safetensors"), "--save",
        scratch.path("o.safetensors"),
      ], scratch)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try SafetensorsFile(path: scratch.path("o.safetensors")).shape(of: "output") == [1, 16, 8, 8])
  }

  @Test func promptsAreKeptUnlessToldNotTo() throws {
    let scratch = try Scratch()
    func encode(_ flags: [String]) throws {
      let result = try run(
        ["encode-prompt", "-p", "moss", "-o", scratch.path("p.safetensors")] + flags, scratch)
      #expect(result.status == 0, "\(result.errors)")
    }
    try encode(["--no-cache"])
    #expect(!FileManager.default.fileExists(atPath: scratch.path("cache")))
    try encode([])
    let first = try scratch.bytes("p.safetensors")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.path("cache/sparsedit/prompts")).count == 1)
    try encode([])
    #expect(try scratch.bytes("p.safetensors") == first)
  }
}
