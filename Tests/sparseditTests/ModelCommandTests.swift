import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

/// `sparsedit model info`, `check` and `convert`, and `--lora`, as a user runs them.
@Suite struct ModelCommandTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private var transformer: String { "\(TinyModel.directory)/transformer" }

  /// Inputs of the tiny model's transformer.
  private func inputs() throws -> String {
    let text = try Data(contentsOf: URL(fileURLWithPath: "\(transformer)/config.json"))
    let config = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
    let channels = try #require(config["in_channels"] as? Int)
    let captions = try #require(config["caption_channels"] as? [Int])
    let pooled = try #require(config["text_emb_dim"] as? Int)
    let states = try #require((config["llama_layers"] as? [Int])?.max()) + 1
    func wave(_ shape: [Int]) -> Tensor {
      Tensor((0..<shape.reduce(1, *)).map { sin(Float($0) * 0.7) }, shape: shape)
    }
    let path = scratch.path("inputs.safetensors")
    try SafetensorsWriter.save(
      [
        .init("hidden_states", wave([1, channels, 8, 8])), .init("timesteps", Tensor([500], shape: [1])),
        .init("encoder_hidden_states_t5", wave([1, 3, captions[0]])),
        .init("encoder_hidden_states_llama3", wave([states, 1, 4, captions[1]])),
        .init("pooled_embeds", wave([1, pooled])),
      ], to: path)
    return path
  }

  private func forward(_ model: String, _ more: String...) throws -> [Float] {
    let output = scratch.path("output.safetensors")
    let result = try Command.run(
      ["model", "forward", "-m", model, "--inputs", inputs(), "--save", output] + more)
    try #require(result.status == 0, "\(result.errors)")
    return try #require(try SafetensorsFile(path: output).tensor("output")).values
  }

  private func difference(_ a: [Float], _ b: [Float]) -> Double {
    let error = zip(a, b).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
    return (error / b.reduce(0) { $0 + Double($1) * Double($1) }).squareRoot()
  }

  @Test func infoDescribesEveryPart() throws {
    let result = try Command.run(["model", "info", TinyModel.directory, "--json"])
    #expect(result.status == 0)
    let parts = try #require(try result.json()["parts"] as? [[String: Any]])
    #expect(parts.map { $0["part"] as? String } == ["transformer", "vae", "text_encoder"])
    #expect(
      parts.map { $0["network"] as? String } == [
        "HiDream transformer", "compact autoencoder", "compact text encoder",
      ])
    let file = try SafetensorsFile(path: "\(transformer)/diffusion_pytorch_model.safetensors")
    let tensors = try #require(parts[0]["tensors"] as? [[String: Any]])
    #expect(tensors.count == file.names.filter { !$0.hasSuffix(".scale") }.count)
    let patch = try #require(tensors.first { $0["name"] as? String == "x_embedder.proj.weight" })
    #expect(patch["shape"] as? [Int] == file.shape(of: "x_embedder.proj.weight"))
    let text = try Command.run(["model", "info", transformer, "--tensors"]).text
    #expect(text.contains("HiDream transformer, safetensors") && text.contains("x_embedder.proj.weight"))
    let missing = try Command.run(["model", "info", scratch.path("absent")])
    #expect(missing.status == 66)
  }

  @Test func checkListsWhatIsAmiss() throws {
    let good = try Command.run(["model", "check", TinyModel.directory])
    #expect(good.status == 0 && good.text.contains("transformer: HiDream transformer, complete"))
    // One tensor gone, one of another shape, one too many.
    let folder = scratch.path("broken")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: "\(transformer)/config.json", toPath: "\(folder)/config.json")
    let source = try Checkpoint(opening: transformer)
    var records = try source.names.filter { $0 != "final_layer.linear.weight" }.map { name in
      SafetensorsWriter.Record(
        name,
        name == "x_embedder.proj.bias" ? Tensor(zeros: [3]) : try #require(try source.stored(name)).widened())
    }
    records.append(.init("extra.weight", Tensor(zeros: [1])))
    try SafetensorsWriter.save(records, to: "\(folder)/model.safetensors")
    let bad = try Command.run(["model", "check", folder, "--json"])
    #expect(bad.status == 65)
    let report = try bad.json()
    #expect(report["passes"] as? Bool == false)
    let part = try #require((report["parts"] as? [[String: Any]])?.first)
    let findings = try #require(part["findings"] as? [String: [String]])
    #expect(
      findings["missing"]?.count == 1 && findings["missing"]?[0].contains("final_layer.linear.weight") == true
    )
    #expect(findings["unfit"]?.count == 1 && findings["unfit"]?[0].contains("x_embedder.proj.bias") == true)
    #expect(findings["unused"] == ["extra.weight"])
    let text = try Command.run(["model", "check", folder])
    #expect(text.text.contains("unused: extra.weight") && text.errors.contains("cannot be used as it is"))
  }

  /// The converted file alone is the model, and says what it lost.
  @Test(arguments: [
    ("fp32", "out.gguf", 0.0, 0.0), ("bf16", "out.safetensors", 1e-5, 2e-2),
    ("q8", "out.safetensors", 1e-5, 5e-2),
    ("q8", "out.gguf", 1e-5, 5e-2), ("q4_0", "out.gguf", 1e-3, 0.5),
  ])
  func convertsToFilesThatRun(_ precision: String, _ name: String, _ least: Double, _ most: Double) throws {
    let output = scratch.path(name)
    let result = try Command.run(
      ["model", "convert", "-m", TinyModel.directory, "--to", precision, "-o", output, "--json"])
    try #require(result.status == 0, "\(result.errors)")
    let report = try result.json()
    let size = try FileManager.default.attributesOfItem(atPath: output)[.size] as? Int
    #expect(report["bytes"] as? Int == size)
    let found = try forward(output)
    let error = difference(found, try forward(transformer))
    #expect((least...most).contains(error), "\(error)")
    #expect(try Command.run(["model", "check", output]).status == 0)
    #expect(try scratch.names == [name, "inputs.safetensors", "output.safetensors"].sorted())
  }

  @Test func convertRefusesWhatItCannotDo() throws {
    let file = "\(transformer)/diffusion_pytorch_model.safetensors"
    let before = try Data(contentsOf: URL(fileURLWithPath: file))
    let over = try Command.run(["model", "convert", "-m", file, "--to", "bf16", "-o", file])
    #expect(over.status == 73 && over.errors.contains("is an input"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
    let format = try Command.run(
      ["model", "convert", "-m", file, "--to", "q4", "-o", scratch.path("o.safetensors")])
    #expect(format.status == 65 && format.errors.contains("GGUF only"))
    let other = try Command.run(
      ["model", "convert", "-m", "\(TinyModel.directory)/vae", "--to", "q8", "-o", scratch.path("o.gguf")])
    #expect(other.status == 65 && other.errors.contains("only a HiDream transformer"))
    let folder = try Command.run(
      ["model", "convert", "-m", file, "--to", "q8", "-o", scratch.path("absent/o.gguf")])
    #expect(folder.status == 73)
    #expect(try Command.run(["model", "convert", "-m", file, "--to", "q9", "-o", "o.gguf"]).status == 64)
  }

  /// An adapter of rank 2 on one matrix.
  private func adapter() throws -> String {
    let name = "double_stream_blocks.0.block.attn1.to_q.weight"
    let shape = try #require(try Checkpoint(opening: transformer).shape(of: name))
    func wave(_ shape: [Int]) -> Tensor {
      Tensor((0..<shape.reduce(1, *)).map { cos(Float($0) * 1.3) }, shape: shape)
    }
    let path = scratch.path("style.safetensors")
    try SafetensorsWriter.save(
      [
        .init("transformer.\(name.dropLast(7)).lora_A.weight", wave([2, shape[1]])),
        .init("transformer.\(name.dropLast(7)).lora_B.weight", wave([shape[0], 2])),
        .init("transformer.nowhere.lora_A.weight", wave([2, 2])),
      ], to: path)
    return path
  }

  @Test func loraChangesWhatMergedWeightsChange() throws {
    let adapter = try adapter()
    let plain = try forward(transformer)
    let changed = try forward(transformer, "--lora", "\(adapter):0.5")
    #expect(difference(changed, plain) > 1e-3)
    #expect(try forward(transformer, "--lora", "\(adapter):0") == plain)
    // Half and half again are the whole; a scale of 1 is the default.
    let twice = try forward(transformer, "--lora", "\(adapter):0.5", "--lora", "\(adapter):0.5")
    #expect(difference(twice, try forward(transformer, "--lora", adapter)) < 1e-5)
    // Merged into a file, it is the same model.
    let merged = scratch.path("merged.safetensors")
    let result = try Command.run(
      ["model", "convert", "-m", transformer, "--to", "fp32", "-o", merged, "--lora", "\(adapter):0.5"])
    #expect(result.status == 0)
    #expect(
      result.errors.contains("1 tensors matched nothing in the model: transformer.nowhere.lora_A.weight"))
    #expect(difference(try forward(merged), changed) < 1e-6)
  }

  /// In a whole edit: said, in the recipe, and gone at scale 0.
  @Test func loraChangesPictures() throws {
    let adapter = try adapter()
    func picture(_ more: [String]) throws -> (Data, Command.Result) {
      let output = scratch.path("picture.png")
      let result = try Command.run(
        [
          "generate", "-m", TinyModel.directory, "-p", "moss", "-W", "32", "-H", "32", "--steps", "2", "-o",
          output,
        ]
          + more)
      try #require(result.status == 0, "\(result.errors)")
      return (try scratch.bytes("picture.png"), result)
    }
    let plain = try picture(["--no-metadata"]).0
    let (changed, said) = try picture(["--no-metadata", "--lora", "\(adapter):0.7"])
    #expect(changed != plain)
    #expect(said.errors.contains("changes 1 matrices at scale 0.7"))
    #expect(said.errors.contains("transformer.nowhere.lora_A.weight"))
    #expect(try picture(["--no-metadata", "--lora", "\(adapter):0"]).0 == plain)
    _ = try picture(["--lora", "\(adapter):0.7"])
    let recipe = try Command.run(["inspect", scratch.path("picture.png")]).text
    #expect(recipe.contains("style.safetensors:0.7"))
    let unused = try Command.run(
      [
        "encode-prompt", "-m", TinyModel.directory, "-p", "x", "-o", scratch.path("p.safetensors"), "--lora",
        adapter,
      ])
    #expect(unused.status == 64 && unused.errors.contains("--lora"))
  }

  @Test func refusesAdaptersThatAreNone() throws {
    let inputs = try inputs()
    func run(_ adapter: String) throws -> Command.Result {
      try Command.run(["model", "forward", "-m", transformer, "--inputs", inputs, "--lora", adapter])
    }
    let other = try run("\(TinyModel.directory)/vae/diffusion_pytorch_model.safetensors")
    #expect(other.status == 65 && other.errors.contains("expected an adapter"))
    #expect(try run(scratch.path("absent.safetensors")).status == 66)
    #expect(try run("x:1e9").status == 64)
  }
}
