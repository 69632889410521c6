import FoundationEssentials

extension HiDreamConfiguration {
  /// Reads and checks `config.json` at `path`. Throws `TransformerError`.
  package init(contentsOf path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw TransformerError(
        .missingFile, place: path,
        problem: "expected the transformer's configuration, found no readable file",
        advice: "name a diffusers transformer directory")
    }
    self = try Self.decode(data, place: path)
  }

  /// Decodes a config.json, which `path` names in errors. Throws `TransformerError`.
  static func decode(_ data: Data, place path: String) throws -> HiDreamConfiguration {
    do {
      let named = try JSONDecoder().decode(ClassName.self, from: data)
      guard named.accepted else {
        throw TransformerError(
          .invalidContent, place: path,
          problem: "expected \(className), found \(named.name ?? "none")",
          advice: "name a HiDream-I1 transformer")
      }
      return try JSONDecoder().decode(HiDreamConfiguration.self, from: data)
    } catch let error as DecodingError {
      throw TransformerError(
        .invalidContent, place: path, problem: error.summary,
        advice: "use the config.json that came with the checkpoint")
    }
  }

  /// What a configuration says it is of.
  struct ClassName: Decodable {
    let name: String?
    var accepted: Bool { name == nil || name == HiDreamConfiguration.className }

    enum CodingKeys: String, CodingKey { case name = "_class_name" }
  }
}

extension DecodingError {
  /// The key and what is wrong with it, in one line.
  fileprivate var summary: String {
    switch self {
    case .keyNotFound(let key, _): "expected \"\(key.stringValue)\", found no such key"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? context.debugDescription
        : "\(context.codingPath.map(\.stringValue).joined(separator: ".")): \(context.debugDescription)"
    @unknown default: "expected a HiDream configuration"
    }
  }
}
