/// A grading of a picture. The steps are done in the order of the properties.
public struct AdjustRequest: Sendable {
  /// The picture: PNG, JPEG or TIFF.
  public var image: String
  /// A mask of the same size; where it is black no sample changes. Nil grades everything.
  public var mask: String?
  /// Grade what is black instead.
  public var invertsMask = false
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
  public var redCurve: String?
  /// Points of a curve for green.
  public var greenCurve: String?
  /// Points of a curve for blue.
  public var blueCurve: String?
  /// A `.cube` lookup table.
  public var lookup: String?
  /// How much of the lookup table's colour is taken, 0 to 1.
  public var lookupStrength: Float = 1

  /// A grading that changes nothing yet.
  public init(image: String) {
    self.image = image
  }
}
