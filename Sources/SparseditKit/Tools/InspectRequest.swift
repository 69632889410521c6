/// Questions about a picture.
public struct InspectRequest: Sendable {
  /// The picture: PNG, JPEG or TIFF.
  public var image: String
  /// True to look at every sample.
  public var statistics = false
  /// True to measure how opposite borders meet.
  public var seamRatio = false
  /// A mask whose border's visibility is measured.
  public var mask: String?

  /// Only what the file says about itself.
  public init(image: String) {
    self.image = image
  }
}
