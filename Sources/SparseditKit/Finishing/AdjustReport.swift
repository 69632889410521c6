/// What a grading did: the object that `adjust --json` prints.
public struct AdjustReport: Encodable, Sendable {
  /// Path of the picture that was written.
  public var output: String
  /// Its size in pixels.
  public var width: Int
  /// Its size in pixels.
  public var height: Int
  /// Its depth and channels.
  public var format: String
  /// Pixels of which at least one sample changed.
  public var changedPixels: Int
  /// Largest difference of a sample where the mask is 0, in the samples' units; nil where the output's format
  /// does not keep samples (JPEG).
  public var maxDifferenceOutsideMask: Double?
  /// What was converted or assumed, in sentences.
  public var notices: [String]

  private enum CodingKeys: String, CodingKey {
    case output, width, height, format, notices
    case changedPixels = "changed_pixels"
    case maxDifferenceOutsideMask = "max_difference_outside_mask"
  }

  /// Writes every key, null where it does not apply.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(output, forKey: .output)
    try container.encode(width, forKey: .width)
    try container.encode(height, forKey: .height)
    try container.encode(format, forKey: .format)
    try container.encode(changedPixels, forKey: .changedPixels)
    try container.encode(maxDifferenceOutsideMask, forKey: .maxDifferenceOutsideMask)
    try container.encode(notices, forKey: .notices)
  }
}
