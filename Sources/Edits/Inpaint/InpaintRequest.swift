public import LatentEditing

/// A region of a picture to repaint, or a picture to go on with beyond its borders.
public struct InpaintRequest: ColorReferencing {
  /// The edit's name, in commands and recipes.
  public static let verb = "inpaint"

  /// Joint of the repainted region and the rest.
  public enum Seam: String, Sendable, Codable, CaseIterable {
    /// The edges fade into the source inside the mask.
    case feather
    /// The repainted region takes the source's colours along its border (Perez 2003), then fades.
    case poisson
  }

  /// What a region holds before the first step.
  public enum Fill: String, Sendable, Codable, CaseIterable {
    /// Pieces of the surroundings.
    case patch
    /// The smoothest surface that meets the region's border.
    case border
    /// What was there, blurred.
    case blur
    /// Middle grey.
    case neutral
    /// The surroundings mirrored in the region's border.
    case mirror
    /// Random colours.
    case noise
    /// What was there.
    case original
  }

  /// The picture.
  public var image: InputFile = ""
  /// The mask, of the same size: white is repainted. Nil takes the picture's own transparent part.
  public var mask: InputFile?
  /// Words for what the repainted region should show; empty lets the surroundings say it.
  public var prompt = ""
  /// Words for what it should not show; no effect without guidance.
  public var negativePrompt = ""
  /// Seed of the noise; negative draws one at random.
  public var seed: Int64 = 42
  /// Repaint what is black instead.
  public var invertMask = false
  /// Pixels by which the mask is enlarged, or shrunk when negative.
  public var maskGrow = 0
  /// Pixels over which the edit fades, inside the mask; nil is the larger of 4 and 10 % of its inner radius, and 0 for
  /// a repair with a Poisson seam.
  public var maskFeather: Float?
  /// What the region holds before the first step. Nil is pieces of the surroundings for a repair (no words, full
  /// strength), around a picture below full strength, and where no step is taken; else the surroundings mirrored at full
  /// strength, and what is there below. In a repair the pieces are what is shown in the end, in large regions chosen by
  /// what the model paints; with 0 steps no model is asked.
  public var fill: Fill?
  /// Noise level the edit starts from, over 0 to 1: 1 repaints freely. Nil is 1, 0.6 with words and margins and no mask,
  /// and 0.6 to 0.9 with a fill, so that it shows.
  public var strength: Float?
  /// Edit the whole picture in one canvas instead of a crop around the mask.
  public var wholePicture = false
  /// Show the model all parts of the mask in one crop, however far apart they are.
  public var oneCrop = false
  /// Pixels of context around the mask's box; nil is the larger of 32 and 6 %.
  public var context: Int?
  /// Joint of the repainted region and the rest; nil fades, and joins repairs without fading: at full strength without a
  /// prompt, what the mask covers is to go, and must not shine through at its border.
  public var seam: Seam?
  /// Move the result's colours to those around the mask.
  public var colorMatch = true
  /// Pixels to add around the picture and to paint; the mask, if there is one, is of the picture without them.
  public var extend: PictureMargins?
  /// Prompts of their own for parts of the mask, told by its colours; white and grey are `prompt`'s.
  public var region: [RegionPrompt] = []
  /// Settings of the sampling; nil leaves one to the model.
  public var sampling = SamplingSettings()
  /// A safetensors file with `latents` and `noise.0`, `noise.1`, ... in place of the seed's noise.
  public var noise: InputFile?
  /// A folder whose `scheduler_config.json` replaces the model's.
  public var scheduleFrom: InputFile?
  /// Colours to hold what is painted to.
  public var colorReference: ColorReference?

  /// A request with no picture yet.
  public init() {}

  /// A region to repaint freely, everything but the prompt left to the model.
  public init(image: InputFile, mask: InputFile?, prompt: String = "") {
    self.image = image
    self.mask = mask
    self.prompt = prompt
  }

  /// Puts other files in the places of those that are read.
  public mutating func replaceInputs(
    _ replacement: (_ role: String, InputFile) throws -> InputFile
  ) rethrows {
    image = try replacement("image", image)
    try mask.replace("mask", replacement)
    try replaceNoise(replacement)
    try replaceColorReference(replacement)
  }

  /// Throws `SparseditError` for a setting out of its range.
  public func validate() throws(SparseditError) {
    try sampling.validate()
    if let strength, !(strength > 0 && strength <= 1) {
      throw SparseditError(.usage, "`strength` must be over 0 and at most 1, found \(strength).")
    }
    guard !isFilledOnly || prompt.isEmpty && region.isEmpty && noise == nil else {
      throw SparseditError(
        .usage, "with 0 `steps` no model is asked: leave out `prompt`, `region` and `noise`.")
    }
    if let context, !(0...8192).contains(context) {
      throw SparseditError(.usage, "`context` must be 0 to 8192 pixels, found \(context).")
    }
    guard (-4096...4096).contains(maskGrow) else {
      throw SparseditError(.usage, "`mask_grow` must be -4096 to 4096 pixels, found \(maskGrow).")
    }
    if let maskFeather, !(0...4096).contains(maskFeather) {
      throw SparseditError(.usage, "`mask_feather` must be 0 to 4096 pixels, found \(maskFeather).")
    }
  }
}
