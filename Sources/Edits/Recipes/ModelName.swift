import Models

/// The model of a recipe: names, no folders.
public struct ModelName: Codable, Sendable, Hashable {
  /// A part of a model that came from elsewhere.
  public struct Part: Codable, Sendable, Hashable {
    /// The flag that names it, such as `vae`.
    public var part: String
    /// Its file or folder.
    public var name: String
  }

  /// A file that changed the transformer's weights.
  public struct Adapter: Codable, Sendable, Hashable {
    /// Its file.
    public var name: String
    /// 1 is what it was trained for.
    public var scale: Float
  }

  /// The model's folder or file, or `bundled`.
  public var name: String
  /// Parts from elsewhere.
  public var parts: [Part]
  /// Adapters in order.
  public var adapters: [Adapter]
  /// Which HiDream-I1 it was said to be: full, dev or fast.
  public var variant: String?
  /// Arithmetic of the matrix products.
  public var compute: String

  init(_ model: Model) {
    let source = model.source
    name = source.name.lastPathComponent
    parts = source.parts.map { Part(part: $0.key.rawValue, name: $0.value.lastPathComponent) }
      .sorted { $0.part < $1.part }
    adapters = source.adapters.map { Adapter(name: $0.path.lastPathComponent, scale: $0.scale) }
    variant = source.variant?.rawValue
    compute = model.compute.rawValue
  }

  /// Throws for what is no name of a file, and what no model has.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.decode(String.self, forKey: .name)
    parts = try values.decode([Part].self, forKey: .parts)
    adapters = try values.decode([Adapter].self, forKey: .adapters)
    variant = try values.decodeIfPresent(String.self, forKey: .variant)
    compute = try values.decode(String.self, forKey: .compute)
    let names = [name] + parts.map(\.name) + adapters.map(\.name)
    if let wrong = names.first(where: { !InputFile.isBaseName($0) }) {
      throw DecodingError.dataCorruptedError(
        forKey: .name, in: values,
        debugDescription: "expected names of models without folders, found \(wrong.quoted)")
    }
    guard parts.allSatisfy({ ModelPart(rawValue: $0.part) != nil }),
      variant.map({ HiDreamVariant(rawValue: $0) != nil }) ?? true,
      adapters.allSatisfy({ abs($0.scale) <= 100 })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .parts, in: values,
        debugDescription: "expected parts, a variant and scales that a model can have")
    }
  }
}
