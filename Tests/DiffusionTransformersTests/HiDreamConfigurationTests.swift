import Foundation
import Testing

@testable import DiffusionTransformers

@Suite struct HiDreamConfigurationTests {
  /// The published model's own values, as JSON.
  static let published = [
    "_class_name": "\"HiDreamImageTransformer2DModel\"", "attention_head_dim": "128",
    "axes_dims_rope": "[64, 32, 32]", "caption_channels": "[4096, 4096]", "in_channels": "16",
    "max_resolution": "[128, 128]", "num_activated_experts": "2", "num_attention_heads": "20",
    "num_layers": "16", "num_routed_experts": "4", "num_single_layers": "32", "out_channels": "16",
    "patch_size": "2", "text_emb_dim": "2048", "llama_layers": "\((0..<48).map { min($0, 31) })",
  ]

  func read(_ fields: [String: String]) throws -> HiDreamConfiguration {
    try read("{\(fields.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", "))}")
  }

  func read(_ text: String) throws -> HiDreamConfiguration {
    let url = FileManager.default.temporaryDirectory.appending(path: "sparsedit-\(UUID().uuidString).json")
    try Data(text.utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try HiDreamConfiguration(contentsOf: url.path)
  }

  @Test func readsThePublishedConfiguration() throws {
    let configuration = try read(Self.published)
    #expect(configuration.width == 2560 && configuration.blockCount == 48)
    #expect(configuration.patchElements == 64 && configuration.rotatedElements == 128)
    var spare = Self.published
    for key in ["out_channels", "num_routed_experts", "num_activated_experts"] { spare[key] = nil }
    #expect(try read(spare) == configuration)
    spare["out_channels"] = "null"
    #expect(try read(spare) == configuration)
  }

  @Test(arguments: [
    ("patch_size", "0"), ("patch_size", "\"2\""), ("num_layers", "-1"), ("num_layers", "1000000000"),
    ("num_attention_heads", "1000"), ("attention_head_dim", "4611686018427387904"), ("in_channels", "1.5"),
    ("num_activated_experts", "5"), ("num_activated_experts", "0"), ("axes_dims_rope", "[63, 33, 32]"),
    ("axes_dims_rope", "[64, 32]"), ("axes_dims_rope", "[64, 32, 30]"), ("llama_layers", "[1, 2]"),
    ("llama_layers", "[-1]"), ("caption_channels", "[4096]"), ("text_emb_dim", "null"),
    ("_class_name", "\"FluxTransformer2DModel\""),
  ])
  func refusesWhatTheNetworkCannotBe(key: String, value: String) throws {
    var fields = Self.published
    fields[key] = value
    let error = #expect(throws: TransformerError.self) { try read(fields) }
    let mentioned = key == "_class_name" ? "HiDreamImageTransformer2DModel" : key
    #expect(error?.description.contains(mentioned) == true, "\(String(describing: error))")
  }

  @Test func refusesFilesThatAreNoConfiguration() throws {
    let error = #expect(throws: TransformerError.self) {
      try HiDreamConfiguration(contentsOf: "/absent/config.json")
    }
    #expect(error?.kind == .missingFile)
    for text in ["", "[]", "{", "{\"patch_size\": 2}", "\u{0}"] {
      #expect(throws: TransformerError.self) { try read(text) }
    }
  }
}
