#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
package import Tensors

/// The tensors of one network, by the names that diffusers and transformers give them: from a safetensors,
/// GGUF or PyTorch file, a sharded index, or the directory that holds one of these.
package struct Checkpoint: Sendable {
  /// File names looked for in a directory, in this order; failing these, the only file of a known kind.
  package static let fileNames = [
    "diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.safetensors.index.json",
    "model.safetensors", "model.safetensors.index.json",
  ]
  /// Prefixes that single-file checkpoints put before a transformer's names.
  package static let transformerPrefixes = ["model.diffusion_model.", "diffusion_model."]

  /// What was opened: the file or the index.
  package let path: String
  /// The values at the front of a GGUF file: sizes, tokenizer.
  package let gguf: GGUFMetadata?
  /// The free text of a safetensors file.
  package let metadata: [String: String]
  /// What an ONNX file computes, in order; nothing for other files.
  package let operations: [ONNXOperation]
  /// File of each tensor under the name it is asked for by.
  private var files: [String: any TensorFile]
  /// What stands before that name in the file.
  private let prefix: String
  /// What changes the weights as they are read.
  private var adapters: AdapterSet?

  /// Opens `path`. Where some names begin with one of `prefixes`, those tensors are the checkpoint, known
  /// without the prefix, and the others are left out. Throws `CheckpointError`.
  package init(opening path: String, removing prefixes: [String] = []) throws {
    let resolved = try Self.resolve(path)
    let all: [String: any TensorFile]
    var operations: [ONNXOperation] = []
    switch try FileKind(of: resolved) {
    case .gguf:
      let file = try GGUFFile(path: resolved)
      (all, gguf, metadata) = (Self.names(of: file), file.metadata, [:])
    case .pytorch: (all, gguf, metadata) = (Self.names(of: try PyTorchFile(path: resolved)), nil, [:])
    case .onnx:
      let file = try ONNXFile(path: resolved)
      (all, gguf, metadata) = (Self.names(of: file), nil, [:])
      operations = file.operations
    case .index: (all, gguf, metadata) = (try Self.shards(resolved), nil, [:])
    case .safetensors:
      let file = try SafetensorsFile(path: resolved)
      (all, gguf, metadata) = (Self.names(of: file), nil, file.metadata)
    }
    let prefix = prefixes.first { prefix in all.keys.contains { $0.hasPrefix(prefix) } } ?? ""
    self.path = resolved
    self.operations = operations
    self.prefix = prefix
    files =
      prefix.isEmpty
      ? all
      : Dictionary(
        all.filter { $0.key.hasPrefix(prefix) }.map { (String($0.key.dropFirst(prefix.count)), $0.value) },
        uniquingKeysWith: { first, _ in first })
  }

  /// Names in alphabetical order; factors that belong to another tensor are not among them.
  package var names: [String] { files.keys.sorted() }

  package func contains(_ name: String) -> Bool { files[name] != nil }

  /// Shape of a tensor, or nil when there is none of that name.
  package func shape(of name: String) -> [Int]? { files[name]?.shape(of: prefix + name) }

  /// The element type's own name, read here or not, and the bytes that the tensor takes in its file.
  package func storage(of name: String) -> (type: String, byteCount: Int)? {
    files[name]?.storage(of: prefix + name)
  }

  /// The files that the tensors are in, and the index that was opened.
  package var paths: [String] { Set(files.values.map(\.path)).union([path]).sorted() }

  /// The tensor as stored, adapters included, or nil when there is none of that name. Throws `CheckpointError` for an
  /// element type that is not read, or an adapter that does not fit.
  package func stored(_ name: String) throws -> StoredTensor? {
    guard let stored = try files[name]?.stored(prefix + name) else { return nil }
    return try adapters?.applied(to: stored, name) ?? stored
  }

  /// The same tensors with adapters on them, one after the other. Nothing is copied: a matrix is changed when it is
  /// read. Throws `CheckpointError` for a file that is no adapter for these tensors.
  package func applying(_ requests: [AdapterRequest]) throws -> Checkpoint {
    guard !requests.isEmpty else { return self }
    var result = self
    result.adapters = try AdapterSet(requests, names: names)
    return result
  }

  /// The same tensors under other names, those that `originals` does not mention left out.
  ///
  /// - Parameter originals: the present name of each tensor; names of nothing are missing afterwards too.
  package func renamed(_ originals: [String: String]) -> Checkpoint {
    var result = self
    let known = originals.filter { contains($0.value) }.mapValues { (file: files[$0], name: prefix + $0) }
    result.files = known.compactMapValues(\.file)
    for (name, file) in result.files {
      guard let original = known[name]?.name else { continue }
      result.files[name] = RenamedTensors(file: file, originals: [prefix + name: original])
    }
    return result
  }

  /// What adapters changed, and what of them matched nothing: a sentence each.
  package var notices: [String] { adapters?.notices ?? [] }

  /// Lets go of the memory that reading `stored` took: it is mapped, and comes back when it is read again.
  package func release(_ stored: StoredTensor) {
    (stored.bytes.owner as? MappedFile)?.release(stored.bytes)
  }

  private static func names(of file: any TensorFile) -> [String: any TensorFile] {
    Dictionary(file.weightNames.map { ($0, file) }, uniquingKeysWith: { first, _ in first })
  }

  private static func resolve(_ path: String) throws -> String {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return path }
    let candidates = fileNames.map { "\(path)/\($0)" }
    if let found = candidates.first(where: { unsafe access($0, F_OK) == 0 }) { return found }
    let files = FileKind.files(in: path)
    // A sharded index stands for the files beside it.
    let indexes = files.filter { $0.hasSuffix(".json") }
    if let only = indexes.count == 1 ? indexes.first : files.count == 1 ? files.first : nil {
      return "\(path)/\(only)"
    }
    let found = files.isEmpty ? "none" : files.prefix(8).joined(separator: ", ")
    throw CheckpointError(
      files.isEmpty ? .missingFile : .invalidContent, path: path,
      problem:
        "expected one of \(fileNames.joined(separator: ", ")), or one safetensors or GGUF file; found \(found)",
      advice: "name the directory of one network, or the file itself")
  }

  private static func shards(_ path: String) throws -> [String: any TensorFile] {
    let index = try ShardIndex(path: path)
    let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    var opened: [String: (file: SafetensorsFile, weights: Set<String>)] = [:]
    for name in Set(index.files.values).sorted() {
      let file = try SafetensorsFile(path: directory + name)
      opened[name] = (file, Set(file.weightNames))
    }
    var result: [String: any TensorFile] = [:]
    for (name, fileName) in index.files {
      guard let (file, weights) = opened[fileName], file.contains(name) else {
        throw CheckpointError.damaged(path, "expected \"\(name)\" in \(fileName), found no such tensor")
      }
      if weights.contains(name) { result[name] = file }
    }
    return result
  }
}
