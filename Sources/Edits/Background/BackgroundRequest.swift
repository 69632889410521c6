public import LatentEditing

/// A picture whose background is to be replaced, or whose foreground is to be cut out.
///
/// The foreground is told by one of `foreground`, `mask`, `trimap`, `rectangle` and `scribbles`; without any, by the
/// picture's own alpha. The new background is one of `prompt`, `background` and `backgroundColor`, or nothing.
public struct BackgroundRequest: ColorReferencing {
  /// The edit's name, in commands and recipes.
  public static let verb = "background"

  /// Method that finds alpha along the border.
  public enum Refinement: String, Sendable, Codable, CaseIterable {
    /// Fine detail at a cost: seconds for a megapixel.
    case closedForm = "closed-form"
    /// Fast, for large pictures.
    case guidedFilter = "guided-filter"
    /// The mask as it is.
    case none
  }

  /// The picture.
  public var image: InputFile = ""
  /// A mask of the foreground: white is kept. Its border is refined.
  public var foreground: InputFile?
  /// A mask of the background, as everywhere: white is repainted. Its border is refined.
  public var mask: InputFile?
  /// White is foreground, black is background, grey is to be found out.
  public var trimap: InputFile?
  /// A box around the foreground.
  public var rectangle: PixelBox?
  /// White marks foreground, black background, grey nothing.
  public var scribbles: InputFile?
  /// The picture's own alpha channel tells the foreground, taken as it is.
  public var ownAlpha = false
  /// Method that finds alpha along the border.
  public var refine = Refinement.closedForm
  /// Pixels to either side of a mask's border where alpha is in doubt; nil is 1.5 % of the shorter side.
  public var unknownRadius: Double?
  /// Share of the old background's colour, 0 to 1, that is taken out of the foreground's border.
  public var decontaminate: Float = 1
  /// Words for what the new background should show; nil paints none.
  public var words: String?
  /// A picture to put behind, scaled to cover the image and cut at its middle.
  public var background: InputFile?
  /// A colour to put behind.
  public var backgroundColor: HexColor?
  /// Nothing is put behind: the result is the foreground with alpha.
  public var transparent = false
  /// Share, 0 to 1, by which the foreground's tone is moved towards the new background.
  public var harmonize: Float = 0
  /// Colours of cut-outs are multiplied by alpha.
  public var premultiplied = false
  /// Words for what the new background should not show; no effect without guidance.
  public var negativePrompt = ""
  /// Seed of the noise; negative draws one at random.
  public var seed: Int64 = 42
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

  /// A foreground to be cut out of a picture, told by its own alpha until something else is set.
  public init(image: InputFile) {
    self.image = image
  }

  /// Puts other files in the places of those that are read.
  public mutating func replaceInputs(
    _ replacement: (_ role: String, InputFile) throws -> InputFile
  ) rethrows {
    image = try replacement("image", image)
    try foreground.replace("foreground", replacement)
    try mask.replace("mask", replacement)
    try trimap.replace("trimap", replacement)
    try scribbles.replace("scribbles", replacement)
    try background.replace("background", replacement)
    try replaceNoise(replacement)
    try replaceColorReference(replacement)
  }

  /// Throws `SparseditError` for a setting out of its range, and for two where one is wanted.
  public func validate() throws(SparseditError) {
    try sampling.validate()
    let given = [
      foreground != nil, mask != nil, trimap != nil, rectangle != nil, scribbles != nil, ownAlpha,
    ].count { $0 }
    guard given <= 1 else {
      throw SparseditError(
        .usage,
        "Give one of `foreground`, `mask`, `trimap`, `rectangle`, `scribbles` and `own_alpha`, found \(given)."
      )
    }
    let backgrounds = [words != nil, background != nil, backgroundColor != nil, transparent].count { $0 }
    guard backgrounds <= 1 else {
      throw SparseditError(
        .usage,
        "Give one of `prompt`, `background`, `background_color` and `transparent`, found \(backgrounds).")
    }
    guard (0...1).contains(decontaminate) else {
      throw SparseditError(.usage, "`decontaminate` must be 0 to 1, found \(decontaminate).")
    }
    guard (0...1).contains(harmonize) else {
      throw SparseditError(.usage, "`harmonize` must be 0 to 1, found \(harmonize).")
    }
    if harmonize > 0, words == nil, background == nil, backgroundColor == nil {
      throw SparseditError(
        .usage, "`harmonize` needs a background to move towards; `transparent` has none.")
    }
    if let unknownRadius, !(0...4096).contains(unknownRadius) {
      throw SparseditError(.usage, "`unknown_radius` must be 0 to 4096 pixels, found \(unknownRadius).")
    }
  }
}

extension BackgroundRequest {
  /// Words for what the new background should show; empty where none is painted.
  public var prompt: String {
    get { words ?? "" }
    set { words = newValue }
  }

  /// Whether a cut-out is all that is asked for.
  var isCutOut: Bool { words == nil && background == nil && backgroundColor == nil }

  private enum CodingKeys: String, CodingKey {
    case image, foreground, mask, trimap, rectangle, scribbles, ownAlpha, refine, unknownRadius, decontaminate
    case words = "prompt"
    case background, backgroundColor, transparent, harmonize, premultiplied, negativePrompt, seed, sampling,
      noise
    case scheduleFrom, colorReference
  }
}
