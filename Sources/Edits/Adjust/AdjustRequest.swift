/// A grading of a picture. The steps are done in the order of the properties.
public struct AdjustRequest: EditRequest {
  /// The edit's name, in commands and recipes.
  public static let verb = "adjust"

  /// The picture.
  public var image: InputFile = ""
  /// A mask of the same size; where it is black no sample changes. Nil grades everything.
  public var mask: InputFile?
  /// Grade what is black instead.
  public var invertMask = false
  /// Pixels by which the mask is enlarged, or shrunk when negative.
  public var maskGrow = 0
  /// Pixels over which the grading fades, inside the mask.
  public var maskFeather: Float = 0

  /// Light times 2^exposure.
  public var exposure = 0.0
  /// Colour temperature the light is taken to have had, 1500 to 25000 kelvin; 6504 changes nothing, more is warmer.
  public var temperature: Double?
  /// Across the temperature scale, -150 to 150: positive is more magenta.
  public var tint = 0.0
  /// Light to this power about the pivot.
  public var contrast = 1.0
  /// The light that contrast leaves alone.
  public var contrastPivot = 0.18
  /// Distance of light from its luminance times this.
  public var saturation = 1.0
  /// More saturation for pale colours.
  public var vibrance = 0.0
  /// Moves black; one number for all channels or three for red, green and blue.
  public var lift: [Float] = [0]
  /// Bends between; as for lift.
  public var gamma: [Float] = [1]
  /// Moves white; as for lift.
  public var gain: [Float] = [1]
  /// Points of a curve for all channels as `x,y x,y ...`.
  public var curve: String?
  /// Points of a curve for red, after `curve`.
  public var curveRed: String?
  /// Points of a curve for green.
  public var curveGreen: String?
  /// Points of a curve for blue.
  public var curveBlue: String?
  /// A `.cube` lookup table.
  public var lut: InputFile?
  /// Share of the lookup table's colour, 0 to 1.
  public var lutStrength: Float = 1

  /// A grading of no picture that changes nothing.
  public init() {}

  /// A grading that changes nothing yet.
  public init(image: InputFile) {
    self.image = image
  }

  /// Puts other files in the places of those that are read.
  public mutating func replaceInputs(
    _ replacement: (_ role: String, InputFile) throws -> InputFile
  ) rethrows {
    image = try replacement("image", image)
    try mask.replace("mask", replacement)
    try lut.replace("lut", replacement)
  }

  /// Throws `SparseditError` for a mask's setting out of its range; the rest is checked by the steps themselves.
  public func validate() throws(SparseditError) {
    guard (-4096...4096).contains(maskGrow) else {
      throw SparseditError(.usage, "`mask_grow` must be -4096 to 4096 pixels, found \(maskGrow).")
    }
    guard (0...4096).contains(maskFeather) else {
      throw SparseditError(.usage, "`mask_feather` must be 0 to 4096 pixels, found \(maskFeather).")
    }
  }
}
