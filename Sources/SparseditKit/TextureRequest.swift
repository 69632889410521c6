/// A texture that repeats without a seam: from a prompt, or from a photograph whose borders are repainted.
public struct TextureRequest: Sendable {
  /// The axes along which a texture repeats.
  public enum Tile: String, Sendable, CaseIterable {
    /// Left meets right.
    case x
    /// Top meets bottom.
    case y
    /// Both.
    case xy
  }

  /// Prompt, steps, seed and the rest.
  public var options: DiffusionOptions
  /// A photograph to make tileable, of any size; nil makes a new texture.
  public var image: String?
  /// Size in pixels of a new texture, a multiple of 16; nil is the model's native size.
  public var width: Int?
  /// Size in pixels of a new texture, a multiple of 16; nil is the model's native size.
  public var height: Int?
  /// The axes along which it repeats.
  public var tile = Tile.xy
  /// Pixels on each side of a photograph's borders that may change; nil is an eighth of its shorter side.
  public var band: Int?
  /// Noise level from which the cuts that join a photograph are repainted; 0 leaves them as they are, 1 repaints the
  /// whole band anew.
  public var strength: Float = TextureRequest.defaultStrength

  /// Heals what a cut leaves of a line or an edge, and keeps what is there.
  public static let defaultStrength: Float = 0.3
  /// Also write a picture of so many repeats across and down, beside the texture.
  public var repeats: (columns: Int, rows: Int)?

  /// A new texture of the model's native size that repeats both ways.
  public init(options: DiffusionOptions) {
    self.options = options
  }

  /// A new texture of the model's native size that repeats both ways, everything but the prompt left to the model.
  public init(prompt: String) {
    self.init(options: DiffusionOptions(prompt: prompt))
  }
}
