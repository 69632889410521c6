#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The formats that checkpoints come in, told apart by content.
enum FileKind {
  case safetensors, gguf, pytorch, onnx, index

  /// Throws `CheckpointError` for a file that cannot be read.
  init(of path: String) throws {
    if path.hasSuffix(".json") {
      self = .index
      return
    }
    let file = try MappedFile(path: path)
    let bytes = unsafe file.bytes
    if unsafe bytes.starts(with: GGUFHeader.magic) {
      self = .gguf
    } else if unsafe bytes.starts(with: ZipDirectory.magic) || bytes.starts(with: PyTorchContents.legacyMagic)
    {
      self = .pytorch
    } else if unsafe ONNXGraph.isModel(bytes) {
      self = .onnx
    } else {
      self = .safetensors
    }
  }

  /// Names of the files in `directory` that look like a checkpoint, in alphabetical order.
  static func files(in directory: String) -> [String] {
    guard let handle = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(handle) }
    var names: [String] = []
    while let entry = unsafe readdir(handle) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      let endings = [".safetensors", ".gguf", ".safetensors.index.json"]
      if endings.contains(where: name.hasSuffix) && !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
