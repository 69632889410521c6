import Checkpoints
import Foundation
import Images
import Tensors
import TestSupport

@testable import ImageCodecs

/// The files that the cases read, made once.
struct Fixtures: Sendable {
  static let shared: Fixtures = {
    do { return try Fixtures() } catch { fatalError("\(error)") }
  }()

  private let scratch: Scratch

  // Pictures of 160 x 160 pixels with detail everywhere, and with little; then smaller and larger ones.
  var picture: String { scratch.path("picture.png") }
  var other: String { scratch.path("other.png") }
  var small: String { scratch.path("small.png") }
  var half: String { scratch.path("half.png") }
  var wide: String { scratch.path("wide.png") }
  /// With an alpha channel, clear on the left.
  var clear: String { scratch.path("clear.png") }
  /// A rectangle of 48 x 48 pixels, two squares in opposite corners, a mask in red and white, and one for `wide`.
  var mask: String { scratch.path("mask.png") }
  var spots: String { scratch.path("spots.png") }
  var colored: String { scratch.path("colored.png") }
  var wideMask: String { scratch.path("wide-mask.png") }
  /// White and black with a grey band between: a trimap and scribbles.
  var trimap: String { scratch.path("trimap.png") }
  /// A lookup table that halves red.
  var lookup: String { scratch.path("look.cube") }
  /// `brick wall`.
  var prompt: String { scratch.path("prompt.txt") }
  /// A folder with a schedule of shift 6.
  var schedule: String { scratch.path("schedule") }
  /// For the tiny model, on one matrix.
  var adapter: String { scratch.path("style.safetensors") }
  /// For the tiny HiDream-I1 likewise.
  var hiDreamAdapter: String { scratch.path("hidream-style.safetensors") }
  /// Of a forward of the tiny model's transformer, one of 8 x 8 cells and one large enough for sparse attention.
  var forward: String { scratch.path("forward.safetensors") }
  var largeForward: String { scratch.path("large-forward.safetensors") }
  /// One matrix that is large enough for several threads.
  var weights: String { scratch.path("weights.safetensors") }
  /// The tiny model with a native size of 768 pixels: pictures of that size are worked on as a whole.
  var wideModel: String { scratch.path("wide-model") }
  /// The tiny HiDream-I1.
  let hiDream = HiDreamFixture.directory("first")

  /// The tiny HiDream-I1 without the folder of one part.
  func hiDream(without folder: String) -> String { scratch.path("without-\(folder)") }

  private init() throws {
    scratch = try Scratch()
    try makePictures()
    try makeMasks()
    try makeModels()
    try Data("brick wall\n".utf8).write(to: URL(fileURLWithPath: prompt))
    try Data("LUT_1D_SIZE 2\n0 0 0\n0.5 1 1\n".utf8).write(to: URL(fileURLWithPath: lookup))
    try FileManager.default.createDirectory(atPath: schedule, withIntermediateDirectories: true)
    let shifted =
      #"{"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "shift": 6.0}"#
    try Data(shifted.utf8).write(to: URL(fileURLWithPath: "\(schedule)/scheduler_config.json"))
  }

  private func makePictures() throws {
    let rgb = PixelFormat(.uint8, .rgb)
    try Pictures.write(Pictures.pattern(160, 160), picture)
    try Pictures.write(Pictures.smooth(160, 160, format: rgb), other)
    try Pictures.write(Pictures.smooth(32, 32, format: rgb), small)
    try Pictures.write(Pictures.pattern(384, 384), half)
    try Pictures.write(Pictures.pattern(768, 768), wide)
    var clear = Pictures.pattern(160, 160, format: PixelFormat(.uint8, .rgb, alpha: .straight))
    for pixel in 0..<160 * 160 { clear.bytes[pixel * 4 + 3] = pixel % 160 < 80 ? 0 : 255 }
    try Pictures.write(clear, self.clear)
  }

  private func makeMasks() throws {
    func mask(_ side: Int, _ path: String, _ value: (Int, Int) -> Float) throws {
      let values = (0..<side * side).map { value($0 % side, $0 / side) }
      try MaskFile.write(Mask(width: side, height: side, values: values), to: path)
    }
    try mask(160, self.mask) { (40..<88).contains($0) && (56..<104).contains($1) ? 1 : 0 }
    try mask(160, spots) { x, y in
      [8..<24, 136..<152].contains { $0.contains(x) && $0.contains(y) } ? 1 : 0
    }
    try mask(768, wideMask) { min($0, $1) >= 200 && max($0, $1) < 568 ? 1 : 0 }
    try mask(160, trimap) { x, y in
      let distance = max(abs(x - 80), abs(y - 80))
      return distance < 30 ? 1 : distance < 50 ? 0.5 : 0
    }
    let colors = Pictures.made(160, 160, PixelFormat(.uint8, .rgb)) { x, y, channel in
      guard (32..<128).contains(x), (32..<128).contains(y) else { return 0 }
      return channel == 0 || x < 80 ? 1 : 0
    }
    try Pictures.write(colors, colored)
  }

  private func makeModels() throws {
    let manager = FileManager.default
    try manager.copyItem(atPath: TinyModel.directory, toPath: wideModel)
    let index = URL(fileURLWithPath: "\(wideModel)/model_index.json")
    let text = try String(contentsOf: index, encoding: .utf8).replacing(": 64", with: ": 768")
    try Data(text.utf8).write(to: index)
    for part in ["vae", "text_encoder", "text_encoder_2", "text_encoder_3", "text_encoder_4"] {
      let model = hiDream(without: part)
      try manager.createDirectory(atPath: model, withIntermediateDirectories: true)
      for name in try manager.contentsOfDirectory(atPath: hiDream) where name != part {
        try manager.createSymbolicLink(
          atPath: "\(model)/\(name)", withDestinationPath: "\(hiDream)/\(name)")
      }
    }
    try makeAdapter(adapter, for: "\(TinyModel.directory)/transformer")
    try makeAdapter(hiDreamAdapter, for: "\(hiDream)/transformer")
    try SafetensorsWriter.save([.init("layer.weight", Self.wave([2048, 512], 0.7))], to: weights)
    try makeInputs(forward, side: 8)
    try makeInputs(largeForward, side: 48)
  }

  private static func wave(_ shape: [Int], _ step: Float) -> Tensor {
    Tensor((0..<shape.reduce(1, *)).map { cos(Float($0) * step) }, shape: shape)
  }

  /// Of rank 2, on one matrix.
  private func makeAdapter(_ path: String, for transformer: String) throws {
    let name = "double_stream_blocks.0.block.attn1.to_q"
    let shape = try Checkpoint(opening: transformer).shape(of: "\(name).weight") ?? []
    try SafetensorsWriter.save(
      [
        .init("transformer.\(name).lora_A.weight", Self.wave([2, shape[1]], 1.3)),
        .init("transformer.\(name).lora_B.weight", Self.wave([shape[0], 2], 1.3)),
      ], to: path)
  }

  /// As the tiny model's transformer takes them.
  private func makeInputs(_ path: String, side: Int) throws {
    try SafetensorsWriter.save(
      [
        .init("hidden_states", Self.wave([1, 16, side, side], 0.7)),
        .init("timesteps", Tensor([500], shape: [1])),
        .init("encoder_hidden_states_t5", Self.wave([1, 3, 16], 0.7)),
        .init("encoder_hidden_states_llama3", Self.wave([2, 1, 4, 16], 0.7)),
        .init("pooled_embeds", Self.wave([1, 12], 0.7)),
      ], to: path)
  }
}
