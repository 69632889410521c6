public import LatentEditing

/// A texture that repeats without a seam: from a prompt, or from a photograph whose borders are repainted.
public struct TextureRequest: ColorReferencing {
  /// The edit's name, in commands and recipes.
  public static let verb = "texture"

  /// The axes along which a texture repeats.
  public enum Tile: String, Sendable, Codable, CaseIterable {
    /// Left meets right.
    case x
    /// Top meets bottom.
    case y
    /// Both.
    case xy
  }

  /// Words for what the texture should show.
  public var prompt = ""
  /// Words for what it should not show; no effect without guidance.
  public var negativePrompt = ""
  /// Seed of the noise; negative draws one at random.
  public var seed: Int64 = 42
  /// A photograph to make tileable, of any size; nil makes a new texture.
  public var image: InputFile?
  /// Size in pixels of a new texture, a multiple of 16; nil is the model's native size.
  public var width: Int?
  /// Size in pixels of a new texture, a multiple of 16; nil is the model's native size.
  public var height: Int?
  /// The axes along which it repeats.
  public var tile = Tile.xy
  /// Pixels on each side of a photograph's borders that may change; nil is an eighth of its shorter side.
  public var band: Int?
  /// Noise level from which the cuts that join a photograph are repainted; 0 leaves them as they are, 1 repaints the
  /// whole band anew. Nil is 0.3, which heals what a cut leaves of a line or an edge, and keeps what is there.
  public var strength: Float?
  /// Settings of the sampling; nil leaves one to the model.
  public var sampling = SamplingSettings()
  /// A safetensors file with `latents` and `noise.0`, `noise.1`, ... in place of the seed's noise.
  public var noise: InputFile?
  /// A folder whose `scheduler_config.json` replaces the model's.
  public var scheduleFrom: InputFile?
  /// Colours to hold what is painted to.
  public var colorReference: ColorReference?

  /// A texture of nothing in particular.
  public init() {}

  /// A new texture of the model's native size that repeats both ways.
  public init(prompt: String) {
    self.prompt = prompt
  }

  /// Puts other files in the places of those that are read.
  public mutating func replaceInputs(
    _ replacement: (_ role: String, InputFile) throws -> InputFile
  ) rethrows {
    try image.replace("image", replacement)
    try replaceNoise(replacement)
    try replaceColorReference(replacement)
  }

  /// Throws `SparseditError` for a setting out of its range, and for one that does not go with the others.
  public func validate() throws(SparseditError) {
    try sampling.validate()
    try PictureSize.validate(width, height)
    if image == nil, band != nil || strength != nil {
      throw SparseditError(.usage, "`band` and `strength` are for a photograph; add `image` FILE.")
    }
    if let strength, !(0...1).contains(strength) {
      throw SparseditError(.usage, "`strength` must be 0 to 1, found \(strength).")
    }
    if let band, !(1...4096).contains(band) {
      throw SparseditError(.usage, "`band` must be 1 to 4096 pixels, found \(band).")
    }
  }
}
