/// Colours that new pixels are held to.
public enum ColorReference: Sendable, Hashable {
  /// Those of a picture.
  case picture(InputFile)
  /// Figures as recipes give them, such as `lab:61.5,2.25,10.75,12.5,3,4.25`: means of L, a and b, then deviations.
  case figures(String)

  /// What figures begin with.
  static let prefix = "lab:"

  /// Figures, or the path of a picture.
  public init(_ text: String) {
    self = text.hasPrefix(Self.prefix) ? .figures(text) : .picture(InputFile(text))
  }
}

extension ColorReference: Codable {
  /// Figures, or the name of a picture.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    self = text.hasPrefix(Self.prefix) ? .figures(text) : .picture(try InputFile(from: decoder))
  }

  /// As ``init(from:)`` reads it.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .picture(let file): try file.encode(to: encoder)
    case .figures(let text):
      var container = encoder.singleValueContainer()
      try container.encode(text)
    }
  }
}
