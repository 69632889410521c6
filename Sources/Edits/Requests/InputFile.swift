/// A file that an edit reads: a picture, a mask, a lookup table, noise.
///
/// A request that is encoded holds the file's base name alone, and a request that was decoded names files that nobody
/// has looked for yet: it cannot read any until `replaceInputs` has put files in their places. So a text from somewhere
/// else never decides what is read.
public struct InputFile: Sendable, Hashable, ExpressibleByStringLiteral {
  /// The name without its folders, as recipes hold it.
  public let name: String
  private let place: Place

  private enum Place: Hashable {
    case path(String)
    /// A name whose file has not been looked for.
    case unknown
  }

  /// The file at `path`.
  public init(_ path: String) {
    name = path.lastPathComponent
    place = .path(path)
  }

  /// The file at a path.
  public init(stringLiteral path: String) { self.init(path) }

  /// Path of the file; nil before it was looked for, and for one that has none.
  public var path: String? { if case .path(let path) = place { path } else { nil } }

  /// Where the file lies. Throws for one that was not looked for.
  package var known: String {
    get throws(SparseditError) {
      guard let path else {
        throw SparseditError(.missingInput, "\(name): the request names this file and nobody gave it one")
      }
      return path
    }
  }

  /// Whether a text names a file and nothing else: no folder, no way up, no control characters, at most 255 bytes.
  package static func isBaseName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 255 && text != "." && text != ".."
      && !text.unicodeScalars.contains { $0 == "/" || $0 == "\\" || $0.value < 32 || $0.value == 127 }
  }
}

extension InputFile: CustomStringConvertible {
  /// For messages.
  public var description: String { path ?? name }
}

extension InputFile: Codable {
  /// A name whose file is not known. Throws for a text that is more than a base name.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    name = try container.decode(String.self)
    place = .unknown
    guard Self.isBaseName(name) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected a file's name without its folder, found \(name.quoted)")
    }
  }

  /// Only the name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}

extension String {
  /// What follows the last slash that something follows.
  package var lastPathComponent: String { split(separator: "/").last.map(String.init) ?? self }

  /// A text from somebody else's file as a message may show it: short, in one line.
  package var quoted: String {
    let plain = unicodeScalars.prefix(61).map { $0.value < 32 || $0.value == 127 ? " " : String($0) }
    return "\"\(plain.prefix(60).joined())\(plain.count > 60 ? "..." : "")\""
  }
}
