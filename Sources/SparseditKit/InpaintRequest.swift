/// A region of a picture to repaint.
public struct InpaintRequest: Sendable {
  /// How the repainted region meets the rest.
  public enum Seam: String, Sendable, CaseIterable {
    /// The edges fade into the source inside the mask.
    case feather
    /// The repainted region takes the source's colours along its border (Perez 2003), then fades.
    case poisson
  }

  /// Prompt, steps, seed and the rest.
  public var options: DiffusionOptions
  /// The picture: PNG, JPEG or TIFF.
  public var image: String
  /// The mask, of the same size: white is repainted. Nil takes the picture's own transparent part.
  public var mask: String?
  /// Repaint what is black instead.
  public var invertsMask = false
  /// Pixels by which the mask is enlarged, or shrunk when negative.
  public var maskGrow = 0
  /// Pixels over which the edit fades, inside the mask; nil is the larger of 4 and 10 % of its inner radius, and 0 for
  /// a repair with a Poisson seam.
  public var maskFeather: Float?
  /// Noise level the edit starts from, over 0 to 1; 1 repaints freely.
  public var strength: Float = 1
  /// A strength at which what is painted around a picture still begins from the picture mirrored there, so that skies
  /// and horizons go on; chosen by looking at 0.7, 0.85, 0.93 and 1.
  public static let extendingStrength: Float = 0.7
  /// Edit the whole picture in one canvas instead of a crop around the mask.
  public var wholePicture = false
  /// Pixels of context around the mask's box; nil is the larger of 32 and 6 %.
  public var context: Int?
  /// Noise level, 0 to 1, from which on the model sees what surrounds the region as it is; nil leaves it to the model.
  public var cleanContext: Float?
  /// How the repainted region meets the rest; nil fades, and joins repairs without fading: at full strength without a
  /// prompt, what the mask covers is to go, and must not shine through at its border.
  public var seam: Seam?
  /// Move the result's colours to those around the mask.
  public var matchesColor = true
  /// Pixels to add around the picture and to paint; the mask, if there is one, is of the picture without them.
  public var extend = PictureMargins.none
  /// Show the model all parts of the mask in one crop, however far apart they are.
  public var joinsRegions = false
  /// Prompts of their own for parts of the mask, told by its colours; white and grey are the options' prompt's.
  public var regions: [RegionPrompt] = []

  /// A region to repaint freely.
  public init(image: String, mask: String?, options: DiffusionOptions) {
    self.image = image
    self.mask = mask
    self.options = options
  }

  /// A region to repaint freely, everything but the prompt left to the model.
  public init(image: String, mask: String?, prompt: String) {
    self.init(image: image, mask: mask, options: DiffusionOptions(prompt: prompt))
  }
}
