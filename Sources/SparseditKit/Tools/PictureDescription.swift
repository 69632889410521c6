/// A picture file's description: the object that `inspect --json` prints.
public struct PictureDescription: Encodable, Sendable {
  /// A tone and colour description.
  public struct Profile: Encodable, Sendable {
    /// Name of the profile: an embedded one's own, or sRGB.
    public var name: String
    /// Origin of the profile: embedded, chunks, declared, assumed or converted.
    public var origin: String
    /// Bytes of the embedded profile, 0 when there is none.
    public var bytes: Int
  }

  /// Figures of one channel, in the samples' own units.
  public struct Channel: Encodable, Sendable {
    /// red, green, blue, grey or alpha.
    public var name: String
    /// Smallest sample.
    public var minimum: Double?
    /// Largest sample.
    public var maximum: Double?
    /// Mean sample.
    public var mean: Double
    /// Standard deviation.
    public var deviation: Double
    /// Share of samples at 0 or below, 0...1.
    public var atBlack: Double
    /// Share of samples at full scale or above, 0...1.
    public var atWhite: Double
    /// Samples that are no numbers, which the other figures leave out.
    public var notFinite: Int

    private enum CodingKeys: String, CodingKey {
      case name, minimum, maximum, mean, deviation
      case atBlack = "at_black"
      case atWhite = "at_white"
      case notFinite = "not_finite"
    }
  }

  /// Gradient across opposite borders over the mean gradient inside; near 1 tiles without a seam.
  public struct SeamRatio: Encodable, Sendable {
    /// From right to left border; nil for a picture of one colour.
    public var x: Double?
    /// From lower to upper border.
    public var y: Double?
  }

  /// Path of the picture.
  public var file: String
  /// PNG, JPEG or TIFF.
  public var fileFormat: String
  /// Pixels across, as seen.
  public var width: Int
  /// Pixels down, as seen.
  public var height: Int
  /// Bits a sample in the file.
  public var depth: Int
  /// Depth and channels in memory.
  public var format: String
  /// Colour description.
  public var profile: Profile
  /// EXIF orientation of the stored pixels, 1 upright.
  public var orientation: Int
  /// Pixels per inch, across and down, where the file states a length.
  public var pixelsPerInch: [Double]?
  /// Bytes of EXIF and of XMP.
  public var exifBytes: Int
  /// Bytes of EXIF and of XMP.
  public var xmpBytes: Int
  /// Estimated quality of a JPEG file, 1...100.
  public var jpegQuality: Int?
  /// Traits of the file: interlaced, progressive, tiled, a palette, and the like.
  public var traits: [String]
  /// The recipe as text.
  public var parameters: String?
  /// The recipe as this program wrote it.
  public var recipe: [String: String]?
  /// Figures of the samples, on request.
  public var statistics: [Channel]?
  /// Ratio of the borders' gradients, on request.
  public var seamRatio: SeamRatio?
  /// Ratio of the gradients along a mask's border, on request.
  public var maskSeamRatio: Double?
  /// Sentences on what was noticed while reading.
  public var notices: [String]

  private enum CodingKeys: String, CodingKey {
    case file, width, height, depth, format, profile, orientation, traits, parameters, recipe, statistics,
      notices
    case fileFormat = "file_format"
    case pixelsPerInch = "pixels_per_inch"
    case exifBytes = "exif_bytes"
    case xmpBytes = "xmp_bytes"
    case jpegQuality = "jpeg_quality"
    case seamRatio = "seam_ratio"
    case maskSeamRatio = "mask_seam_ratio"
  }
}
