import Foundation
import Schedulers
import TestSupport
import Testing

@testable import Models

@Suite struct HiDreamModelTests {
  /// What opening a copy of a checkpoint that `change` took apart says.
  private func failure(
    _ name: String = "first", _ source: (String) -> ModelSource = { ModelSource($0) },
    _ change: (URL) throws -> Void
  ) throws -> any Error {
    let copy = try HiDreamFixture.copy(of: name)
    defer { try? FileManager.default.removeItem(at: copy) }
    try change(copy)
    do {
      _ = try Model(opening: source(copy.path))
    } catch {
      return error
    }
    throw PipelineError(.failed, "the damaged model was opened")
  }

  @Test func opensBothLayouts() throws {
    let first = try Model(opening: HiDreamFixture.directory("first"))
    #expect(first.variant == "full" && !first.isDistilled)
    #expect(first.notices == ["HiDream-I1 Full, by its scheduler, UniPCMultistepScheduler with shift 3.0"])
    #expect(
      first.defaults.sampling.steps == 50 && first.defaults.sampling.cfgScale == 5
        && first.defaults.width == 64)
    #expect(first.scheduler == SchedulerConfiguration(method: .uniPC, shift: 3))
    #expect(first.tokenSide == 16 && first.codec.latentChannels == 16)
    let second = try Model(opening: HiDreamFixture.directory("second"))
    #expect(second.variant == "dev" && second.isDistilled)
    #expect(
      second.defaults.sampling.steps == 28 && second.defaults.sampling.cfgScale == 1
        && second.scheduler.shift == 6)
  }

  @Test func listsEveryPartThatIsMissingAndItsFlag() throws {
    let error = try failure { copy in
      for folder in ["vae", "text_encoder_2", "text_encoder_4", "tokenizer_4", "tokenizer_3"] {
        try FileManager.default.removeItem(at: copy.appending(path: folder))
      }
    }
    let text = "\(error)"
    for expected in ["--vae", "--clip_g", "--llm", "the tokenizer of T5-XXL", "tokenizer_3/"] {
      #expect(text.contains(expected), "\(text)")
    }
    #expect(!text.contains("--clip_l") && !text.contains("--t5xxl"))
    #expect((error as? PipelineError)?.category == .missingInput)
  }

  @Test func partsComeFromElsewhere() throws {
    let copy = try HiDreamFixture.copy(of: "first")
    defer { try? FileManager.default.removeItem(at: copy) }
    let parts = copy.appending(path: "parts")
    try FileManager.default.createDirectory(at: parts, withIntermediateDirectories: true)
    for folder in ["vae", "text_encoder", "text_encoder_3", "text_encoder_4", "tokenizer_4"] {
      try FileManager.default.moveItem(at: copy.appending(path: folder), to: parts.appending(path: folder))
    }
    // Llama with its tokenizer in one folder, as its own repository has them.
    for file in try FileManager.default.contentsOfDirectory(atPath: parts.path + "/tokenizer_4") {
      try FileManager.default.moveItem(
        atPath: parts.path + "/tokenizer_4/\(file)", toPath: parts.path + "/text_encoder_4/\(file)")
    }
    var source = ModelSource(copy.path)
    source.parts = [
      .autoencoder: parts.path + "/vae/diffusion_pytorch_model.safetensors", .clipL: parts.path,
      .t5: parts.path + "/text_encoder_3/model.safetensors", .llama: parts.path + "/text_encoder_4/",
    ]
    source.cachesPrompts = false
    let model = try Model(opening: source)
    #expect(model.codec.latentChannels == 16)
    _ = try Model.conditioner(of: source).condition(on: ["moss"], cancellation: .init())
    // The transformer's folder stands for the model that it lies in.
    source.name = copy.path + "/transformer"
    #expect(try Model(opening: source).variant == "full")
    // A part that does not exist is a mistake, not a part to be looked for.
    source.parts[.t5] = parts.path + "/nowhere"
    #expect {
      try Model(opening: source)
    } throws: { "\($0)".contains("--t5xxl") && "\($0)".contains("nowhere") }
  }

  /// A transformer's file among loose files: its name says the variant, its config.json is nobody else's.
  @Test func opensATransformersFile() throws {
    let folder = try HiDreamFixture.copy(of: "first")
    defer { try? FileManager.default.removeItem(at: folder) }
    let transformer = folder.appending(path: "transformer")
    let file = transformer.appending(path: "hidream_i1_fast_fp16.safetensors")
    try FileManager.default.moveItem(
      at: transformer.appending(path: "diffusion_pytorch_model.safetensors"), to: file)
    let loose = transformer.appending(path: "ae.safetensors").path
    try FileManager.default.copyItem(
      atPath: folder.path + "/vae/diffusion_pytorch_model.safetensors", toPath: loose)
    var source = ModelSource(file.path)
    #expect {
      try Model(opening: source)
    } throws: { error in
      ModelPart.allCases.allSatisfy { "\(error)".contains("--\($0.rawValue)") }
    }
    for part in ModelPart.allCases { source.parts[part] = folder.path }
    let model = try Model(opening: source)
    #expect(model.variant == "fast" && model.notices == ["HiDream-I1 Fast, by its name"])
    #expect(model.scheduler == SchedulerConfiguration(method: .flowMatchLCM, shift: 3))
    // An autoencoder without a configuration is FLUX's, and this small one is told apart from it.
    source.parts[.autoencoder] = loose
    #expect {
      try Model(opening: source)
    } throws: { "\($0)".contains("expected [128, 3, 3, 3]") && "\($0)".contains("ae.safetensors") }
  }

  @Test func refusesPartsOfDifferentModels() throws {
    func mixed(_ part: ModelPart) throws -> String {
      let other = HiDreamFixture.directory("second")
      var source = ModelSource(HiDreamFixture.directory("first"))
      source.parts[part] = other
      do {
        _ = try Model(opening: source)
        return "opened"
      } catch { return "\(error)" }
    }
    #expect(try mixed(.t5).contains("--t5xxl"))
    #expect(try mixed(.llama).contains("--llm"))
    #expect(try mixed(.clipG).contains("--clip_g"))
  }

  @Test func theVariantIsReadAndSaid() throws {
    func choice(
      _ asked: HiDreamVariant?, _ published: SchedulerConfiguration?, _ path: String = "/m/model"
    ) -> HiDreamChoice {
      HiDreamChoice(asked: asked, published: published, path: path)
    }
    let lcm = SchedulerConfiguration(method: .flowMatchLCM, shift: 3)
    let euler = SchedulerConfiguration(method: .flowMatchEuler, shift: 2)
    #expect(choice(nil, lcm).variant == .fast)
    #expect(choice(nil, lcm, "/m/HiDream-I1-Full").variant == .fast)
    #expect(choice(nil, nil, "/m/hidream_i1_dev_fp8.safetensors").variant == .dev)
    #expect(choice(nil, nil, "/m/HiDream-I1-Fast/transformer").variant == .fast)
    #expect(choice(nil, nil, "/m/breakfast.safetensors").variant == .full)
    #expect(choice(nil, nil, "/m/x").sentence.contains("--variant"))
    // A scheduler that no variant is published with is the model's own choice and stays.
    #expect(choice(nil, euler, "/m/hidream-dev").variant == .dev)
    #expect(choice(nil, euler, "/m/hidream-dev").scheduler == euler)
    #expect(choice(.full, euler).scheduler == euler)
    #expect(choice(.dev, lcm).scheduler.shift == 6 && choice(.dev, lcm).sentence.contains("--variant"))
    #expect(choice(.full, lcm).scheduler.method == .uniPC)
  }

  /// Every configuration of the folder, changed in a hundred ways each: opened or refused, never a crash.
  @Test(arguments: [
    "model_index.json", "transformer/config.json", "vae/config.json", "scheduler/scheduler_config.json",
    "text_encoder/config.json", "text_encoder_2/config.json", "text_encoder_3/config.json",
    "text_encoder_4/config.json", "tokenizer_3/tokenizer_config.json",
  ])
  func hostileConfigurationsAreRefused(_ file: String) throws {
    let copy = try HiDreamFixture.copy(of: "first")
    defer { try? FileManager.default.removeItem(at: copy) }
    let path = copy.appending(path: file)
    let text = try String(contentsOf: path, encoding: .utf8)
    var generator = Seeded(state: UInt64(file.utf8.count))
    let values = [
      "-1", "0", "1", "65536", "9223372036854775807", "1e400", "-1e308", "1e-320", "null", "true", "[]", "{}",
      "\"x\"", "[0]", "[1e9, -5]", "\"\"",
    ]
    let numbers = text.matches(of: /: (-?[0-9][0-9.e+-]*|true|false|null|"[^"]*")/)
    try #require(!numbers.isEmpty)
    for attempt in 0..<100 {
      var changed = text
      if attempt % 5 == 0 {
        var bytes = Array(text.utf8)
        bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
        changed = String(decoding: bytes, as: UTF8.self)
      } else {
        let match = numbers[Int(generator.next() % UInt64(numbers.count))]
        changed.replaceSubrange(
          match.range, with: ": " + values[Int(generator.next() % UInt64(values.count))])
      }
      try Data(changed.utf8).write(to: path)
      var source = ModelSource(copy.path)
      source.cachesPrompts = false
      do {
        let model = try Model(opening: source)
        _ = try model.condition(on: ["moss"], cancellation: .init())
      } catch {
        #expect("\(error)".count > 20, "\(error)")
      }
    }
  }

  /// Every tokenizer file of both layouts, damaged as a bad disk would, or in a number that means something.
  @Test(arguments: [
    ("first", "tokenizer/tokenizer.json"), ("first", "tokenizer_3/tokenizer.json"),
    ("first", "tokenizer_4/tokenizer.json"), ("second", "tokenizer/vocab.json"),
    ("second", "tokenizer_2/merges.txt"), ("second", "tokenizer_3/spiece.model"),
    ("second", "tokenizer_4/tokenizer.json"), ("second", "tokenizer_4/tokenizer_config.json"),
  ])
  func hostileTokenizersAreRefused(_ model: String, _ file: String) throws {
    let copy = try HiDreamFixture.copy(of: model)
    defer { try? FileManager.default.removeItem(at: copy) }
    let path = copy.appending(path: file)
    let original = try Array(Data(contentsOf: path))
    let digits = original.indices.filter { (0x30...0x39).contains(original[$0]) }
    var generator = Seeded(state: UInt64(original.count))
    var source = ModelSource(copy.path)
    source.cachesPrompts = false
    var refused = 0
    for attempt in 0..<150 {
      var bytes = original
      switch attempt % 5 {
      case 0:
        bytes.removeLast(Int.random(in: 1...bytes.count, using: &generator))
      case 1 where !digits.isEmpty:
        // An id, a score or a length that is out of bounds.
        let place = digits[Int.random(in: 0..<digits.count, using: &generator)]
        bytes.replaceSubrange(place...place, with: Array(["-7", "99999999", "1e9", "0.5"][attempt % 4].utf8))
      default:
        for _ in 0...Int.random(in: 0..<4, using: &generator) {
          let place = Int.random(in: 0..<bytes.count, using: &generator)
          bytes[place] = UInt8.random(in: 0...255, using: &generator)
        }
      }
      try Data(bytes).write(to: path)
      do {
        let model = try Model(opening: source)
        _ = try model.condition(on: ["mossy stones, 石の壁 <s>"], cancellation: .init())
      } catch {
        refused += 1
        #expect("\(error)".count > 20, "\(error)")
      }
    }
    // At least the files that were cut short, but for lists of which the rest is one, too.
    #expect(refused >= (file.hasSuffix("merges.txt") ? 1 : 25), "\(refused)")
  }

  @Test func unreadableFilesAreNamed() throws {
    for file in [
      "transformer/config.json", "vae/config.json", "text_encoder_3/config.json",
      "text_encoder_4/model.safetensors",
      "scheduler/scheduler_config.json",
    ] {
      let error = try failure { try Data("{".utf8).write(to: $0.appending(path: file)) }
      #expect("\(error)".contains(file.split(separator: "/")[0]), "\(file): \(error)")
    }
  }
}

/// Numbers that are the same in every run.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }
}
