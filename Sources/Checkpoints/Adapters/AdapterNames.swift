/// Finds the weight that an adapter's module stands for.
struct AdapterNames {
  private static let dotted = [
    "base_model.model.", "diffusion_model.", "model.", "transformer.", "unet.",
  ]
  private static let underscored = ["lycoris_", "lora_unet_", "lora_transformer_"]

  private let names: Set<String>
  /// Weights by their names with every dot made an underscore; nil where two names become the same.
  private let flat: [String: String?]

  init(_ names: [String]) {
    self.names = Set(names)
    let matrices = names.filter { $0.hasSuffix(".weight") }
    flat = Dictionary(
      matrices.map { (Self.flattened($0.dropLast(".weight".count)), Optional($0)) },
      uniquingKeysWith: { _, _ in nil })
  }

  private static func flattened(_ name: Substring) -> String {
    String(name.map { $0 == "." ? "_" : $0 })
  }

  /// The name of the weight, or nil where the checkpoint has none for `module`.
  func weight(of module: String) -> String? {
    for prefix in Self.underscored where module.hasPrefix(prefix) {
      return flat[String(module.dropFirst(prefix.count))] ?? nil
    }
    var rest = module[...]
    while true {
      if names.contains("\(rest).weight") { return "\(rest).weight" }
      guard let prefix = Self.dotted.first(where: rest.hasPrefix) else { return nil }
      rest = rest.dropFirst(prefix.count)
    }
  }
}
