public import LatentEditing

/// A picture to make from a prompt.
public struct GenerateRequest: ColorReferencing {
  /// The edit's name, in commands and recipes.
  public static let verb = "generate"

  /// Words for what the picture should show.
  public var prompt = ""
  /// Words for what it should not show; no effect without guidance.
  public var negativePrompt = ""
  /// Seed of the noise; negative draws one at random.
  public var seed: Int64 = 42
  /// Size in pixels, a multiple of 16; nil is the model's native size.
  public var width: Int?
  /// Size in pixels, a multiple of 16; nil is the model's native size.
  public var height: Int?
  /// Settings of the sampling; nil leaves one to the model.
  public var sampling = SamplingSettings()
  /// A safetensors file with `latents` and `noise.0`, `noise.1`, ... in place of the seed's noise.
  public var noise: InputFile?
  /// A folder whose `scheduler_config.json` replaces the model's.
  public var scheduleFrom: InputFile?
  /// Colours to hold the picture to.
  public var colorReference: ColorReference?

  /// A picture of nothing in particular.
  public init() {}

  /// A picture of the model's native size.
  public init(prompt: String) {
    self.prompt = prompt
  }

  /// Puts other files in the places of those that are read.
  public mutating func replaceInputs(
    _ replacement: (_ role: String, InputFile) throws -> InputFile
  ) rethrows {
    try replaceNoise(replacement)
    try replaceColorReference(replacement)
  }

  /// Throws `SparseditError` for a setting out of its range.
  public func validate() throws(SparseditError) {
    try sampling.validate()
    try PictureSize.validate(width, height)
  }
}
