public import LatentEditing

/// A picture to enlarge by a network for detail.
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
  /// The network that enlarges: a file of ESRGAN, Real-ESRGAN, SRVGGNetCompact or SPAN; nil for the bundled one.
  public var upscaleModel: InputFile?
  /// Draws nothing that the picture does not say: the result shrunk again is the picture.
  public var faithful = false
  /// Noise level from which the model draws over the enlarged picture, 0 to 1; 0 leaves that out.
  public var refine: Float = 0
  /// The axes along which the picture repeats; nil for a picture with borders.
  public var tile: TextureRequest.Tile?
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
    try upscaleModel.replace("upscale_model", replacement)
    try replaceNoise(replacement)
  }

  /// Throws `SparseditError` for a setting out of its range, and for two sizes.
  public func validate() throws(SparseditError) {
    try sampling.validate()
    guard (0...1).contains(refine) else {
      throw SparseditError(.usage, "`refine` must be 0 to 1, found \(refine).")
    }
    if refine > 0, faithful {
      throw SparseditError(
        .usage, "`faithful` draws nothing of its own, and `refine` does: give one of them.")
    }
    if refine > 0, tile != nil {
      throw SparseditError(.usage, "`refine` does not know pictures that repeat: leave it out with `tile`.")
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
