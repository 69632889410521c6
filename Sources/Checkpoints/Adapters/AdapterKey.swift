/// A tensor's name in an adapter file, taken apart: which matrix it belongs to and which part of the change it is.
///
/// Dialects: ai-toolkit and ComfyUI (`diffusion_model.x.lora_A.weight`), diffusers and peft
/// (`transformer.x.lora_A.weight`), kohya (`lora_unet_x.lora_down.weight`), LyCORIS (`lycoris_x.lokr_w1`).
struct AdapterKey: Equatable {
  enum Part: String, CaseIterable {
    case down, up, alpha, magnitude
    case left = "lokr_w1"
    case leftA = "lokr_w1_a"
    case leftB = "lokr_w1_b"
    case right = "lokr_w2"
    case rightA = "lokr_w2_a"
    case rightB = "lokr_w2_b"
  }

  /// The matrix as the file calls it, prefix included.
  let module: String
  let part: Part

  private static let endings: [(String, Part)] = [
    (".lora_A.weight", .down), (".lora_A.default.weight", .down), (".lora_down.weight", .down),
    (".lora.down.weight", .down), (".lora_B.weight", .up), (".lora_B.default.weight", .up),
    (".lora_up.weight", .up), (".lora.up.weight", .up), (".alpha", .alpha), (".dora_scale", .magnitude),
    (".lora_magnitude_vector", .magnitude), (".lora_magnitude_vector.weight", .magnitude),
    (".lora_magnitude_vector.default.weight", .magnitude), (".lokr_w1", .left), (".lokr_w1_a", .leftA),
    (".lokr_w1_b", .leftB), (".lokr_w2", .right), (".lokr_w2_a", .rightA), (".lokr_w2_b", .rightB),
  ]

  /// Nil for a name that is no part of an adapter.
  init?(_ name: String) {
    guard let (ending, part) = Self.endings.first(where: { name.hasSuffix($0.0) }),
      name.utf8.count > ending.utf8.count
    else { return nil }
    module = String(name.dropLast(ending.count))
    self.part = part
  }
}
