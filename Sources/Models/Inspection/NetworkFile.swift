package import Checkpoints
import FoundationEssentials

/// One network of a model on disk.
package struct NetworkFile: Sendable {
  /// Its folder in the diffusers layout, or the file's name.
  package let name: String
  /// A directory or a file.
  package let path: String

  /// Folders of the diffusers layout, in the order in which they are shown.
  private static let folders = [
    "transformer", "vae", "text_encoder", "text_encoder_2", "text_encoder_3", "text_encoder_4",
  ]

  /// The networks under `path`: those of a model in the diffusers layout, or the one that it is itself.
  package static func all(in path: String) -> [NetworkFile] {
    let manager = FileManager.default
    let found = folders.filter { manager.fileExists(atPath: "\(path)/\($0)") }
    if !found.isEmpty { return found.map { NetworkFile(name: $0, path: "\(path)/\($0)") } }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return [NetworkFile(name: name, path: path)]
  }

  /// The checkpoint, without the prefix of single-file transformers. Throws `CheckpointError`.
  package func open() throws -> Checkpoint {
    let whole = try Checkpoint(opening: path)
    // An adapter's names mix prefixes, which say nothing there.
    if Checkpoint.isAdapter(whole.names) { return whole }
    return try Checkpoint(opening: path, removing: Checkpoint.transformerPrefixes)
  }

  /// What kind of network the checkpoint is, by the class that its configuration states and its names.
  package func kind(of checkpoint: Checkpoint) -> NetworkKind? {
    let data = try? checkpoint.configuration()?.data
    let stated = data.flatMap { try? JSONDecoder().decode(StatedClass.self, from: $0) }
    return NetworkKind(of: checkpoint, className: stated?.className)
  }

  private struct StatedClass: Decodable {
    let className: String?
    enum CodingKeys: String, CodingKey { case className = "_class_name" }
  }
}
