import DiffusionTransformers
import Foundation
import LatentEditing
import Tensors
import TestSupport
import Testing

@testable import Models

/// The text encoders and tokenizers of HiDream-I1 as the pipeline uses them, against diffusers'.
@Suite struct HiDreamPromptTests {
  typealias Encoded = ConditionedPrompt<HiDreamConditioning>

  private func encode(_ texts: [String], _ model: String, cache: PromptCache? = nil) throws -> [Encoded] {
    var source = ModelSource(HiDreamFixture.directory(model))
    source.cachesPrompts = false
    var conditioner = try #require(try Model.conditioner(of: source) as? HiDreamConditioner)
    if let cache {
      conditioner = HiDreamConditioner(
        clipL: conditioner.clipL, clipG: conditioner.clipG, t5: conditioner.t5, llama: conditioner.llama,
        cache: cache)
    }
    return try conditioner.condition(on: texts, cancellation: CancellationFlag())
  }

  /// Up to three layers of float32 sums in another order: below 1e-6 was measured, the issue asks for 1e-4.
  @Test(arguments: ["first", "second"]) func statesAndIdsAreTheReferences(_ model: String) throws {
    let reference = try HiDreamReference(model)
    let names = ["prompt", "negative"]
    for (name, encoded) in zip(names, try encode(try names.map(HiDreamFixture.text), model)) {
      for ids in ["ids.clip", "ids.clip_g", "ids.t5", "ids.llama"] {
        let expected = try reference.ids("\(name).\(ids)")
        #expect(encoded.ids[ids] == expected, "\(name).\(ids)")
      }
      let states = encoded.conditioning
      for (kind, state) in [("t5", states.t5), ("llama", states.llama), ("pooled", states.pooled)] {
        let difference = relativeDifference(state, try reference.tensor("\(name).\(kind)"))
        #expect(difference < 1e-5, "\(name).\(kind): \(difference)")
      }
      #expect(encoded.notes.isEmpty)
    }
  }

  /// Llama reads all of a long prompt; T5 keeps diffusers' 128 tokens and says so; CLIP reads to the end.
  @Test(arguments: ["first", "second"]) func longPromptsAreReadOrSaid(_ model: String) throws {
    let reference = try HiDreamReference(model)
    let long = try HiDreamFixture.text("long")
    let encoded = try encode([long, long + " red"], model)
    #expect(relativeDifference(encoded[0].conditioning.llama, try reference.tensor("long.llama")) < 1e-5)
    #expect(relativeDifference(encoded[0].conditioning.t5, try reference.tensor("long.t5")) < 1e-5)
    let note = try #require(encoded[0].notes.first { $0.contains("T5 reads 127 of its") })
    // What comes before the cut is quoted from the prompt.
    let words = try #require(note.split(separator: "\"").dropFirst().first)
    #expect(long.contains(words) && !words.isEmpty)
    #expect(encoded[0].conditioning.t5.values == encoded[1].conditioning.t5.values)
    #expect(encoded[0].conditioning.llama.shape != encoded[1].conditioning.llama.shape)
    #expect(encoded[0].conditioning.pooled.values != encoded[1].conditioning.pooled.values)
  }

  /// The mean of equal parts, weighted by their lengths.
  @Test func clipReadsInParts() throws {
    let text = Array(repeating: "moss", count: 4000).joined(separator: " ")
    let encoded = try encode([text, "moss"], "second")
    #expect(encoded[0].notes.contains { $0.contains("CLIP-L reads its") && $0.contains("parts") })
    #expect(encoded[0].notes.contains { $0.contains("CLIP-G reads its") })
    #expect(encoded[0].notes.contains { $0.contains("Llama reads 2047 of its") })
    #expect(encoded[0].conditioning.llama.shape[1] == 2048)
    #expect(encoded[0].conditioning.pooled.values.allSatisfy { $0.isFinite })
  }

  /// Llama and T5 from GGUF files, which carry their configurations and tokenizers, are those of the folder.
  @Test func encodersComeFromGGUF() throws {
    let reference = try HiDreamReference("second")
    var source = ModelSource(HiDreamFixture.directory("second"))
    source.cachesPrompts = false
    source.parts = [.llama: HiDreamFixture.file("llama.gguf"), .t5: HiDreamFixture.file("t5.gguf")]
    let texts = try ["prompt", "negative"].map(HiDreamFixture.text)
    let encoded = try Model.conditioner(of: source).condition(on: texts, cancellation: CancellationFlag())
    for (name, prompt) in zip(["prompt", "negative"], encoded) {
      for ids in ["ids.llama", "ids.t5"] {
        let expected = try reference.ids("\(name).\(ids)")
        #expect(prompt.ids[ids] == expected, "\(name).\(ids)")
      }
      #expect(
        relativeDifference(prompt.conditioning.llama, try reference.tensor("\(name).llama")) < 1e-5)
      #expect(relativeDifference(prompt.conditioning.t5, try reference.tensor("\(name).t5")) < 1e-5)
    }
  }

  // MARK: The cache

  private func withCache(limit: Int = 1 << 30, _ body: (PromptCache) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "prompts-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(PromptCache(folder: folder, limit: limit))
  }

  private func same(_ a: Encoded, _ b: Encoded) -> Bool {
    a.conditioning.t5.values == b.conditioning.t5.values
      && a.conditioning.llama.values == b.conditioning.llama.values
      && a.conditioning.llama.shape == b.conditioning.llama.shape
      && a.conditioning.pooled.values == b.conditioning.pooled.values && a.ids == b.ids && a.notes == b.notes
  }

  @Test func cachedPromptsAreWhatWasEncoded() throws {
    try withCache { cache in
      let long = try HiDreamFixture.text("long")
      let first = try encode([long, ""], "first", cache: cache)
      let files = try FileManager.default.contentsOfDirectory(atPath: cache.folder)
      #expect(files.count == 2)
      let second = try encode(["", long], "first", cache: cache)
      #expect(same(first[0], second[1]) && same(first[1], second[0]))
      // Another model's encoders and a prompt composed differently are other entries.
      _ = try encode([""], "second", cache: cache)
      _ = try encode(["e\u{301}", "\u{e9}"], "first", cache: cache)
      #expect(try FileManager.default.contentsOfDirectory(atPath: cache.folder).count == 5)
    }
  }

  /// That an entry is used, and not made again, shows in a value that only the entry has.
  @Test func entriesAreUsed() throws {
    try withCache { cache in
      let states = try encode(["moss"], "first", cache: cache)[0]
      let key = try key("moss")
      let other = Encoded(conditioning: states.conditioning, ids: ["ids.t5": [7]], notes: ["from the cache"])
      cache.store(other, for: key)
      #expect(try encode(["moss"], "first", cache: cache)[0].notes == ["from the cache"])
    }
  }

  /// Weights that change in place, between the bytes that are looked at by chance or with the same time, are others.
  @Test func changedEncodersAreEncodedAnew() throws {
    try withCache { cache in
      let copy = try HiDreamFixture.copy(of: "first")
      defer { try? FileManager.default.removeItem(at: copy) }
      func llama() throws -> [Float] {
        var source = ModelSource(copy.path)
        source.cachesPrompts = false
        let opened = try #require(try Model.conditioner(of: source) as? HiDreamConditioner)
        let conditioner = HiDreamConditioner(
          clipL: opened.clipL, clipG: opened.clipG, t5: opened.t5, llama: opened.llama, cache: cache)
        return try conditioner.condition(on: ["moss"], cancellation: CancellationFlag())[0].conditioning.llama
          .values
      }
      let before = try llama()
      let path = copy.path + "/text_encoder_4/model.safetensors"
      let time = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      // Half precision: the sign of every value of a stretch in the middle.
      for place in stride(from: bytes.count / 2 | 1, to: bytes.count * 3 / 4, by: 2) { bytes[place] ^= 0x80 }
      try bytes.write(to: URL(fileURLWithPath: path))
      if let time {
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
      }
      let after = try llama()
      #expect(before != after)
      #expect(try FileManager.default.contentsOfDirectory(atPath: cache.folder).count == 2)
    }
  }

  private func key(_ prompt: String) throws -> String {
    var source = ModelSource(HiDreamFixture.directory("first"))
    source.cachesPrompts = false
    let conditioner = try #require(try Model.conditioner(of: source) as? HiDreamConditioner)
    return try conditioner.key(prompt)
  }

  /// Every byte of an entry matters: a changed one is found, removed and made again, whatever it hits.
  @Test func damagedEntriesAreMadeAgain() throws {
    try withCache { cache in
      let first = try encode(["moss"], "first", cache: cache)[0]
      let name = try #require(try FileManager.default.contentsOfDirectory(atPath: cache.folder).first)
      let path = "\(cache.folder)/\(name)"
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      let key = try key("moss")
      var generator = SystemRandomNumberGenerator()
      for attempt in 0..<300 {
        var damaged = whole
        if attempt % 10 == 0 {
          damaged = damaged.prefix(Int.random(in: 0..<whole.count, using: &generator))
        } else {
          let place = Int.random(in: 0..<whole.count, using: &generator)
          damaged[place] ^= UInt8.random(in: 1...255, using: &generator)
        }
        try damaged.write(to: URL(fileURLWithPath: path))
        // The header's padding and the spelling of its text may change without changing what it says.
        if let entry = cache.entry(for: key) {
          #expect(same(entry, first))
        } else {
          #expect(!FileManager.default.fileExists(atPath: path))
        }
      }
      try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
      #expect(same(try encode(["moss"], "first", cache: cache)[0], first))
      #expect(same(try #require(cache.entry(for: key)), first))
    }
  }

  @Test func theCacheStaysWithinItsLimit() throws {
    try withCache { cache in
      _ = try encode(["a"], "first", cache: cache)
      let name = try #require(try FileManager.default.contentsOfDirectory(atPath: cache.folder).first)
      let size = try #require(
        try FileManager.default.attributesOfItem(atPath: "\(cache.folder)/\(name)")[.size] as? Int)
      let small = PromptCache(folder: cache.folder, limit: 3 * size)
      for prompt in ["b", "c", "a", "d", "e"] {
        _ = try encode([prompt], "first", cache: small)
        Thread.sleep(forTimeInterval: 0.02)
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: cache.folder)
      #expect(files.count <= 3)
      #expect(files.contains(name), "the one used again after others were made stays")
      #expect(try encode(["f"], "first", cache: PromptCache(folder: cache.folder, limit: 10)).count == 1)
    }
  }

  @Test func theEnvironmentPlacesTheCache() {
    #expect(PromptCache.standard(["XDG_CACHE_HOME": "/x", "HOME": "/h"])?.folder == "/x/sparsedit/prompts")
    #expect(PromptCache.standard(["HOME": "/h"])?.folder == "/h/.cache/sparsedit/prompts")
    #expect(
      PromptCache.standard(["XDG_CACHE_HOME": "relative", "HOME": "/h"])?.folder.hasPrefix("/h") == true)
    #expect(PromptCache.standard(["HOME": "/h", "SPARSEDIT_PROMPT_CACHE_MB": "5"])?.limit == 5 << 20)
    #expect(PromptCache.standard(["HOME": "/h", "SPARSEDIT_PROMPT_CACHE_MB": "0"]) == nil)
    #expect(PromptCache.standard([:]) == nil)
  }
}
