#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
package import Tensors

/// The tensors of one network, from a single file, a sharded index, or the directory that holds either.
package struct Checkpoint: Sendable {
  /// File names looked for in a directory, in this order.
  package static let fileNames = [
    "diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.safetensors.index.json",
    "model.safetensors", "model.safetensors.index.json",
  ]
  /// Prefixes that single-file checkpoints put before a transformer's names.
  package static let transformerPrefixes = ["model.diffusion_model."]

  /// What was opened: the file or the index.
  package let path: String
  /// File of each tensor under the name it is asked for by.
  private let files: [String: SafetensorsFile]
  /// What stands before that name in the file.
  private let prefix: String

  /// Opens `path`. Where some names begin with one of `prefixes`, those tensors are the checkpoint, known
  /// without the prefix, and the others are left out. Throws `CheckpointError`.
  package init(opening path: String, removing prefixes: [String] = []) throws {
    let resolved = try Self.resolve(path)
    let all = try resolved.hasSuffix(".json") ? Self.shards(resolved) : Self.single(resolved)
    let prefix = prefixes.first { prefix in all.keys.contains { $0.hasPrefix(prefix) } } ?? ""
    self.path = resolved
    self.prefix = prefix
    files =
      prefix.isEmpty
      ? all
      : Dictionary(
        all.filter { $0.key.hasPrefix(prefix) }.map { (String($0.key.dropFirst(prefix.count)), $0.value) },
        uniquingKeysWith: { first, _ in first })
  }

  /// Names in alphabetical order.
  package var names: [String] { files.keys.sorted() }

  package func contains(_ name: String) -> Bool { files[name] != nil }

  /// Shape of a tensor, or nil when there is none of that name.
  package func shape(of name: String) -> [Int]? { files[name]?.shape(of: prefix + name) }

  /// The tensor as stored, or nil when there is none of that name. Throws as `SafetensorsFile.stored` does.
  package func stored(_ name: String) throws -> StoredTensor? { try files[name]?.stored(prefix + name) }

  private static func resolve(_ path: String) throws -> String {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return path }
    let candidates = fileNames.map { "\(path)/\($0)" }
    guard let found = candidates.first(where: { unsafe access($0, F_OK) == 0 }) else {
      throw CheckpointError(
        .missingFile, path: path,
        problem: "expected one of \(fileNames.joined(separator: ", ")), found none",
        advice: "name the directory of one network, or the file itself")
    }
    return found
  }

  private static func single(_ path: String) throws -> [String: SafetensorsFile] {
    let file = try SafetensorsFile(path: path)
    return file.entries.mapValues { _ in file }
  }

  private static func shards(_ path: String) throws -> [String: SafetensorsFile] {
    let index = try ShardIndex(path: path)
    let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    var opened: [String: SafetensorsFile] = [:]
    for name in Set(index.files.values).sorted() {
      opened[name] = try SafetensorsFile(path: directory + name)
    }
    var result: [String: SafetensorsFile] = [:]
    for (name, fileName) in index.files {
      guard let file = opened[fileName], file.contains(name) else {
        throw CheckpointError.damaged(path, "expected \"\(name)\" in \(fileName), found no such tensor")
      }
      result[name] = file
    }
    return result
  }
}
