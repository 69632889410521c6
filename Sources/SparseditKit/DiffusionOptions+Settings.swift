import Checkpoints
import Edits
import Models
import Schedulers
import Tensors

extension DiffusionOptions {
  /// Files that the edit reads beside its pictures and its model.
  var inputs: [String] { [noiseFile, colorHold?.path].compactMap(\.self) }

  /// The options as the pipelines take them, files read.
  func settings() throws -> DiffusionSettings {
    var settings = DiffusionSettings(prompt: prompt)
    settings.negativePrompt = negativePrompt
    settings.steps = steps
    settings.guidance = guidance
    settings.guidanceRescale = guidanceRescale
    settings.seed = UInt64(bitPattern: seed)
    if let sampler {
      guard let method = SamplingMethod(shortName: sampler) else {
        throw SparseditError(.usage, "unknown sampler '\(sampler)'; expected euler, unipc or lcm")
      }
      settings.sampler = method
    }
    settings.flowShift = flowShift
    settings.sparsity = sparsity
    settings.reuse = reuse
    settings.window = window
    settings.overlap = overlap
    settings.noise = try noiseFile.map(Self.noise)
    settings.scheduler = try scheduleDirectory.map(Model.scheduler)
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

  /// Writes what the last step left, as (1, C, h, w); further parts of an edit as `latents.1`, `latents.2`, ...
  func saveLatents(_ parts: [Tensor]) throws {
    guard let latentsFile else { return }
    let records = parts.enumerated().map { index, latents in
      SafetensorsWriter.Record(
        index == 0 ? "latents" : "latents.\(index)", latents.reshaped([1] + latents.shape))
    }
    try SafetensorsWriter.save(records, to: latentsFile)
  }
}
