import Checkpoints
public import LatentEditing
import Models
import Tensors

/// An edit that samples with a model.
public protocol DiffusionRequest: EditRequest {
  /// What the picture, or the repainted region, should show.
  var prompt: String { get set }
  /// Words for what it should not show; no effect without guidance.
  var negativePrompt: String { get set }
  /// Seed of the noise; negative draws one at random.
  var seed: Int64 { get set }
  /// Settings of the sampling; nil leaves one to the model.
  var sampling: SamplingSettings { get set }
  /// A safetensors file with `latents` and `noise.0`, `noise.1`, ... in place of the seed's noise.
  var noise: InputFile? { get set }
  /// A folder whose `scheduler_config.json` replaces the model's.
  var scheduleFrom: InputFile? { get set }
}

extension DiffusionRequest {
  mutating func replaceNoise(_ replacement: (_ role: String, InputFile) throws -> InputFile) rethrows {
    try noise.replace("noise", replacement)
    try scheduleFrom.replace("schedule_from", replacement)
  }

  /// As a run takes them, files read.
  func settings() throws -> DiffusionSettings {
    var settings = DiffusionSettings(prompt: prompt)
    settings.negativePrompt = negativePrompt
    settings.seed = UInt64(bitPattern: seed)
    settings.sampling = sampling
    settings.noise = try noise.map { try Self.noise(path: $0.known) }
    settings.scheduler = try scheduleFrom.map { try Model.scheduler(in: $0.known) }
    return settings
  }

  /// `latents` (1, C, h, w) or (C, h, w), and `noise.0`, `noise.1`, ... of the same shape.
  private static func noise(path: String) throws -> DiffusionSettings.GivenNoise {
    let file = try SafetensorsFile(path: path)
    func tensor(_ name: String) throws -> Tensor? {
      guard let tensor = try file.tensor(name) else { return nil }
      let shape = tensor.shape
      guard shape.count == 3 || shape.count == 4 && shape[0] == 1 else {
        throw SparseditError(
          .badData,
          "\(path): expected \"\(name)\" with the shape (1, channels, height, width), found \(shape)")
      }
      return tensor.reshaped(Array(shape.suffix(3)))
    }
    var fresh: [Tensor] = []
    while let noise = try tensor("noise.\(fresh.count)") { fresh.append(noise) }
    let initial = try tensor("latents")
    guard initial != nil || !fresh.isEmpty else {
      throw SparseditError(
        .badData,
        "\(path): expected a tensor \"latents\" or \"noise.0\", found \(file.names.joined(separator: ", "))")
    }
    return DiffusionSettings.GivenNoise(initial: initial, fresh: fresh.isEmpty ? nil : fresh)
  }
}

/// A diffusion edit whose new pixels can be held to the colours of a picture.
public protocol ColorReferencing: DiffusionRequest {
  /// Colours to hold what is painted to.
  var colorReference: ColorReference? { get set }
}

extension ColorReferencing {
  mutating func replaceColorReference(
    _ replacement: (_ role: String, InputFile) throws -> InputFile
  ) rethrows {
    if case .picture(let file) = colorReference {
      colorReference = .picture(try replacement("color_reference", file))
    }
  }

  /// What the colours are held to: the request's own reference, else what its job shares with others.
  func colorHold(_ session: EditSession) throws -> ColorHold? {
    try colorReference.map { try ColorHold($0) } ?? session.colorHold
  }
}

extension SamplingSettings {
  /// Throws `SparseditError` for a setting out of its range.
  public func validate() throws(SparseditError) {
    if let problem { throw SparseditError(.usage, problem) }
  }

  /// The settings that a verb without a mask has.
  var unmasked: SamplingSettings {
    var settings = self
    (settings.reuse, settings.cleanContext) = (nil, nil)
    return settings
  }
}

extension DiffusionRequest {
  /// So many versions of the request, with seeds counting up from its own; a negative seed is drawn here.
  public func versions(_ count: Int) -> [Self] {
    guard count > 1 else { return [self] }
    let first = seed < 0 ? Int64.random(in: 0..<1 << 32) : seed
    return (0..<count).map { index in
      var version = self
      version.seed = first &+ Int64(index)
      return version
    }
  }
}
