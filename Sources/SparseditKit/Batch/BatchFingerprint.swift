/// What decides the result of a batch's item: its arguments, the content of its inputs, and the batch's colours.
package struct BatchFingerprint: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The first 128 bits of a SHA-256 digest, in hexadecimal.
  package let description: String

  /// - Parameters:
  ///   - arguments: the item as a command line.
  ///   - inputs: files that it reads; one that cannot be read counts by its name, and the item itself will say so.
  ///   - colors: what the colours are held to, if the batch holds them.
  package init(arguments: [String], inputs: [String], colors: String?) {
    var hash = SHA256()
    func add(_ text: String, _ hash: inout SHA256) {
      hash.update("\(text.utf8.count):".utf8)
      hash.update(text.utf8)
    }
    for argument in arguments { add(argument, &hash) }
    hash.update(";".utf8)
    for path in inputs {
      add(path, &hash)
      hash.update(SHA256.digest(ofFile: path) ?? [])
    }
    if let colors { add("colors \(colors)", &hash) }
    description = Self.hexadecimal(hash.finish().prefix(16))
  }

  package init(from decoder: any Decoder) throws {
    description = try decoder.singleValueContainer().decode(String.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
