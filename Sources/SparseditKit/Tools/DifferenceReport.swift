import Grading

/// Differences of two pictures: the object that `inspect --compare --json` prints.
public struct DifferenceReport: Encodable, Sendable {
  /// Differences of one channel, in the samples' own units.
  public struct Channel: Encodable, Sendable {
    /// red, green, blue, grey or alpha; `all` for all together.
    public var name: String
    /// Largest difference; nil when a sample is no number or infinite.
    public var maximum: Double?
    /// Mean difference.
    public var mean: Double?
    /// Root of the mean square difference.
    public var rootMeanSquare: Double?
    /// Samples that differ.
    public var changedSamples: Int

    private enum CodingKeys: String, CodingKey {
      case name, maximum, mean
      case rootMeanSquare = "rms"
      case changedSamples = "changed_samples"
    }

    init(_ name: String, _ tally: DifferenceTally) {
      func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
      self.name = name
      maximum = finite(tally.maximum)
      mean = finite(tally.mean)
      rootMeanSquare = finite(tally.rootMeanSquare)
      changedSamples = tally.changed
    }
  }

  /// Differences in a part of the pictures.
  public struct Region: Encodable, Sendable {
    /// Pixels of the part.
    public var pixels: Int
    /// Pixels of which any sample differs.
    public var changedPixels: Int
    /// All channels together.
    public var all: Channel
    /// One by one.
    public var channels: [Channel]

    private enum CodingKeys: String, CodingKey {
      case pixels, all, channels
      case changedPixels = "changed_pixels"
    }

    init(_ region: PictureComparison.Region, names: [String]) {
      pixels = region.pixels
      changedPixels = region.changedPixels
      all = Channel("all", region.all)
      channels = zip(names, region.channels).map { Channel($0, $1) }
    }
  }

  /// Path of the first picture.
  public var first: String
  /// Path of the second picture.
  public var second: String
  /// Depth and channels of both.
  public var format: String
  /// The sample that stands for full intensity.
  public var white: Double
  /// True where every sample of both is the same.
  public var identical: Bool
  /// Differences where the mask is above 0; everywhere without a mask.
  public var inside: Region
  /// Differences where the mask is 0; nil without a mask.
  public var outside: Region?
  /// Sentences on what was noticed while reading.
  public var notices: [String]
}
