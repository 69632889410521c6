import Foundation
import Models

/// Tells a model's files apart without reading them: weights may be many gigabytes.
enum ModelFiles {
  /// The model's name, its parts from elsewhere and its adapters, and a number of each.
  static func description(of source: ModelSource) throws -> String {
    let root =
      source.name == ModelLocator.bundledName ? try ModelLocator.path(named: source.name) : source.name
    let parts = source.parts.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { "\($0.key.rawValue) \(description($0.value, at: $0.value))" }
    let adapters = source.adapters.map { "adapter \(description($0.path, at: $0.path)):\($0.scale)" }
    return
      ([description(source.name, at: root)] + parts + adapters
      + [source.variant?.rawValue].compactMap(\.self)).joined(separator: " ")
  }

  /// `name`, and a number made of the names, sizes and times of the files at `root`.
  private static func description(_ name: String, at root: String) -> String {
    let manager = FileManager.default
    let names = (manager.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []).sorted()
    var hash = StableHash()
    for file in names.isEmpty ? [""] : names {
      let path = file.isEmpty ? root : "\(root)/\(file)"
      guard let attributes = try? manager.attributesOfItem(atPath: path),
        attributes[.type] as? FileAttributeType != .typeDirectory
      else { continue }
      let time = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      hash.add("\(file) \(attributes[.size] ?? 0) \(time)\n".utf8)
    }
    return "\(name) \(hash.text)"
  }
}
