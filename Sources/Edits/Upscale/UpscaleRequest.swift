public import LatentEditing

/// A picture to enlarge, with detail that it does not have.
public struct UpscaleRequest: DiffusionRequest {
  /// The edit's name, in commands and recipes.
  public static let verb = "upscale"

  /// The picture.
  public var image: InputFile = ""
  /// So many times the picture's width and height, over 1 to 16; nil is 2 where no size is given.
  public var scale: Double?
  /// Width in pixels; nil follows in proportion.
  public var width: Int?
  /// Height in pixels; nil follows in proportion.
  public var height: Int?
  /// Words for what the picture shows; may be empty.
  public var prompt = ""
  /// Words for what it should not show; no effect without guidance.
  public var negativePrompt = ""
  /// Seed of the noise; negative draws one at random.
  public var seed: Int64 = 42
  /// Noise level the edit starts from, after shift, over 0 to 1: more invents more. 0.3 to 0.4 adds detail.
  public var strength: Float = 0.35
  /// Size, in pixels of the picture, of what may be drawn anew, 1 to 64; 1 leaves everything that the picture shows.
  public var detail = 1.0
  /// Settings of the sampling; nil leaves one to the model.
  public var sampling = SamplingSettings()
  /// A safetensors file with `latents` and `noise.0`, `noise.1`, ... in place of the seed's noise.
  public var noise: InputFile?
  /// A folder whose `scheduler_config.json` replaces the model's.
  public var scheduleFrom: InputFile?

  /// A request with no picture yet.
  public init() {}

  /// An enlargement by `scale`, everything but the prompt left to the model.
  public init(image: InputFile, scale: Double = 2, prompt: String = "") {
    self.image = image
    self.scale = scale
    self.prompt = prompt
  }

  /// Puts other files in the places of those that are read.
  public mutating func replaceInputs(
    _ replacement: (_ role: String, InputFile) throws -> InputFile
  ) rethrows {
    image = try replacement("image", image)
    try replaceNoise(replacement)
  }

  /// Throws `SparseditError` for a setting out of its range, and for two sizes.
  public func validate() throws(SparseditError) {
    try sampling.validate()
    guard strength > 0, strength <= 1 else {
      throw SparseditError(.usage, "`strength` must be over 0 and at most 1, found \(strength).")
    }
    guard (1...64).contains(detail) else {
      throw SparseditError(.usage, "`detail` must be 1 to 64 pixels of the source, found \(detail).")
    }
    if scale != nil, width != nil || height != nil {
      throw SparseditError(.usage, "Give `scale`, or `width` and `height`, not both.")
    }
    if let scale, !(scale > 1 && scale <= 16) {
      throw SparseditError(.usage, "`scale` must be over 1 and at most 16, found \(scale).")
    }
    for length in [width, height].compactMap(\.self) where !(1...1_000_000).contains(length) {
      throw SparseditError(.usage, "`width` and `height` must be 1 to 1000000 pixels, found \(length).")
    }
  }
}
