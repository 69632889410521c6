package import FoundationEssentials

extension Checkpoint {
  /// The key under which a safetensors file's metadata, or a GGUF file, carries a network's config.json.
  package static let configurationKeys = (safetensors: "config", gguf: "sparsedit.config")

  /// The network's config.json, and what to call it in errors: the one inside the file, what a GGUF file's own values
  /// say of a text encoder, or the file beside the checkpoint. Nil where there is none of these.
  ///
  /// Throws `CheckpointError` for a GGUF file whose values say something that cannot be expressed.
  package func configuration() throws -> (data: Data, place: String)? {
    if let text = metadata[Self.configurationKeys.safetensors] ?? gguf?.string(Self.configurationKeys.gguf) {
      return (Data(text.utf8), "\(path) (its own configuration)")
    }
    if let text = try GGUFConfiguration(self)?.json {
      return (Data(text.utf8), "\(path) (its GGUF values)")
    }
    let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let beside = "\(directory)config.json"
    return FileManager.default.contents(atPath: beside).map { ($0, beside) }
  }

  /// The configuration decoded, or nil where there is none. Throws `CheckpointError`.
  package func configuration<Configuration: Decodable>(
    as type: Configuration.Type = Configuration.self, classNames: [String]
  ) throws -> Configuration? {
    guard let (data, place) = try configuration() else { return nil }
    return try ConfigurationFile.decode(type, from: data, place: place, classNames: classNames)
  }

  /// The configuration decoded, or `published` where there is none. A loose file may lie beside another network's
  /// config.json, which then counts for none. Throws `CheckpointError`.
  package func configuration<Configuration: Decodable>(
    classNames: [String], orPublished published: Configuration
  ) throws -> Configuration {
    guard let (data, place) = try configuration() else { return published }
    let fileName = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    let isLoose = !Self.fileNames.contains(fileName) && place.hasSuffix("config.json")
    if isLoose, ConfigurationFile.isAnothers(data, classNames: classNames) { return published }
    return try ConfigurationFile.decode(from: data, place: place, classNames: classNames)
  }
}
