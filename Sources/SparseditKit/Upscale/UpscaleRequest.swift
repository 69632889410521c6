import Edits
import Models

/// A picture to enlarge, with detail that it does not have.
public struct UpscaleRequest: Sendable {
  /// The size of the result.
  public enum Size: Sendable, Hashable {
    /// So many times the picture's width and height, over 1 to 16.
    case scale(Double)
    /// Pixels; the side that is nil follows in proportion.
    case pixels(width: Int?, height: Int?)
  }

  /// Prompt (which may be empty), steps, seed and the rest.
  public var options: DiffusionOptions
  /// The picture: PNG, JPEG or TIFF.
  public var image: String
  /// The size of the result.
  public var size: Size
  /// Noise level the edit starts from, after shift, over 0 to 1: more invents more.
  public var strength: Float = UpscaleEdit.defaultStrength
  /// Size, in pixels of the picture, of what may be drawn anew; 1 leaves everything that the picture shows.
  public var detail = UpscaleEdit.defaultDetail
  /// Goes on with an interrupted run whose state lies beside the output, if there is one.
  public var resumes = false

  /// An enlargement by `scale`, everything but the prompt left to the model.
  public init(image: String, scale: Double = 2, prompt: String = "") {
    self.init(image: image, size: .scale(scale), options: DiffusionOptions(prompt: prompt))
  }

  /// An enlargement to `size`.
  public init(image: String, size: Size, options: DiffusionOptions) {
    self.image = image
    self.size = size
    self.options = options
  }
}
