/// A mask to make. Selections are added up first, then cut down, then taken away, then toggled.
public struct MaskRequest: Sendable {
  /// The picture the mask is for; it gives the size, and colours to select by.
  public var image: String?
  /// Width and height where there is no picture.
  public var width: Int?
  /// Width and height where there is no picture.
  public var height: Int?
  /// Any of these; with none, everything.
  public var additions: [MaskSelection] = []
  /// Only what is in all of these.
  public var intersections: [MaskSelection] = []
  /// Nothing of these.
  public var subtractions: [MaskSelection] = []
  /// Selections of which either they or the mask so far count, but not both.
  public var differences: [MaskSelection] = []
  /// Makes the mask hard: white from this value upwards.
  public var threshold: Float?
  /// Pixels by which the mask is enlarged first.
  public var grow: Float = 0
  /// Pixels by which it is shrunk next, so that equal numbers close gaps.
  public var shrink: Float = 0
  /// Pixels over which it fades inwards.
  public var feather: Float = 0
  /// Swaps black and white in the end.
  public var inverts = false
  /// Bits a sample of the output: 8 or 16.
  public var bits = 8

  /// A mask of everything.
  public init(image: String? = nil) {
    self.image = image
  }
}

/// The selected pixels: the object that `mask --json` prints.
public struct MaskReport: Encodable, Sendable {
  /// A rectangle of whole pixels.
  public struct Box: Encodable, Sendable, Equatable {
    /// The left edge.
    public var x: Int
    /// The upper edge.
    public var y: Int
    /// Pixels across.
    public var width: Int
    /// Pixels down.
    public var height: Int
  }

  /// Path of the mask that was written.
  public var output: String
  /// Its size in pixels.
  public var width: Int
  /// Its size in pixels.
  public var height: Int
  /// Pixels that are not black.
  public var selectedPixels: Int
  /// Mean value, 0...1.
  public var coverage: Double
  /// The smallest rectangle around all that is not black; nil when everything is.
  public var box: Box?
  /// Sentences on what was converted or assumed.
  public var notices: [String]

  private enum CodingKeys: String, CodingKey {
    case output, width, height, coverage, box, notices
    case selectedPixels = "selected_pixels"
  }
}
