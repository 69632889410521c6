/// Material maps to estimate from a texture and write beside each other.
public struct TextureMapRequest: Sendable {
  /// One map.
  public enum Kind: String, Sendable, CaseIterable {
    /// Dark low, bright high.
    case height
    /// Directions of the surface as colours.
    case normal
    /// Dark smooth, bright matt.
    case roughness
    /// Dark where neighbours hide the sky.
    case occlusion
  }

  /// The directions in which the texture repeats.
  public enum Axes: String, Sendable, CaseIterable {
    /// Right meets left.
    case x
    /// Bottom meets top.
    case y
    /// Both.
    case xy
    /// Neither.
    case none
  }

  /// The texture: PNG, JPEG or TIFF.
  public var image: String
  /// Path of a map: `{map}` stands for its kind; without it, the kind goes before the extension.
  public var output: String
  /// Which maps to write.
  public var kinds: [Kind] = Kind.allCases
  /// The directions in which the texture repeats, and so the maps.
  public var axes = Axes.xy
  /// Bits a sample of the maps: 8 or 16.
  public var bits = 16
  /// True to let green point down in the normal map, as DirectX wants it, instead of up.
  public var greenDown = false
  /// True where bright is deep.
  public var invertsHeight = false
  /// Pixels that the whole range of height stands for; nil is a thirty-second of the shorter side.
  public var depth: Float?
  /// Widest relief in pixels; nil is a quarter of the shorter side.
  public var largestFeature: Int?
  /// 0...2: how much wide relief outweighs fine relief.
  public var balance: Float = 0.5
  /// Roughness of the smoothest and of the roughest parts.
  public var roughness: ClosedRange<Float> = 0.4...0.9
  /// Reach in pixels over which relief hides the sky; nil is an eighth of the shorter side.
  public var occlusionRadius: Int?
  /// True to let existing files be replaced.
  public var overwrites = false

  /// All maps of a texture that repeats in both directions.
  public init(image: String, output: String) {
    self.image = image
    self.output = output
  }

  /// Path of a map.
  public func path(of kind: Kind) -> String {
    if let place = output.range(of: "{map}") {
      return output.replacingCharacters(in: place, with: kind.rawValue)
    }
    let name = output.lastIndex(of: "/").map { output.index(after: $0) } ?? output.startIndex
    let dot = output[name...].lastIndex(of: ".") ?? output.endIndex
    return "\(output[..<dot])-\(kind.rawValue)\(output[dot...])"
  }
}

/// Which maps were written: the object that `maps --json` prints.
public struct TextureMapReport: Encodable, Sendable {
  /// Paths by kind of map.
  public var outputs: [String: String]
  /// Size of each in pixels.
  public var width: Int
  /// Size of each in pixels.
  public var height: Int
  /// Sentences on what was converted or assumed.
  public var notices: [String]
}
