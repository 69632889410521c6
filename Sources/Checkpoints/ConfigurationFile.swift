package import FoundationEssentials

/// A network's `config.json`.
package enum ConfigurationFile {
  /// Reads and decodes the file at `path`.
  ///
  /// - Parameter classNames: what `_class_name` or one of `architectures` may be, where the file states it.
  ///
  /// Throws `CheckpointError` that names the key and what is wrong with it.
  package static func decode<Configuration: Decodable>(
    _ type: Configuration.Type = Configuration.self, at path: String, classNames: [String]
  ) throws -> Configuration {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CheckpointError(
        .missingFile, path: path, problem: "expected a configuration, found no readable file",
        advice: "name the directory of one network, with its config.json")
    }
    return try decode(type, from: data, place: path, classNames: classNames)
  }

  /// Decodes `data`, which `place` names in errors. Throws as above.
  package static func decode<Configuration: Decodable>(
    _ type: Configuration.Type = Configuration.self, from data: Data, place path: String, classNames: [String]
  ) throws -> Configuration {
    do {
      let stated = try JSONDecoder().decode(StatedClass.self, from: data)
      guard stated.names.isEmpty || stated.names.contains(where: classNames.contains) else {
        throw CheckpointError(
          .invalidContent, path: path,
          problem:
            "expected \(classNames.joined(separator: " or ")), found \(stated.names.joined(separator: ", "))",
          advice: "name another directory, or the part of the model that this one is")
      }
      return try JSONDecoder().decode(Configuration.self, from: data)
    } catch let error as DecodingError {
      throw CheckpointError(
        .invalidContent, path: path, problem: error.summary,
        advice: "use the config.json that came with the checkpoint")
    }
  }

  /// Whether `data` says that it is the configuration of something else.
  static func isAnothers(_ data: Data, classNames: [String]) -> Bool {
    guard let names = try? JSONDecoder().decode(StatedClass.self, from: data).names else { return false }
    return !names.isEmpty && !names.contains(where: classNames.contains)
  }

  private struct StatedClass: Decodable {
    let className: String?
    let architectures: [String]?

    var names: [String] { className.map { [$0] } ?? architectures ?? [] }

    enum CodingKeys: String, CodingKey {
      case className = "_class_name"
      case architectures
    }
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
    @unknown default: "expected a network's configuration"
    }
  }
}
