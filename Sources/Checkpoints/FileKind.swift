#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The formats that checkpoints come in, told apart by content.
enum FileKind {
  case safetensors, gguf, index

  /// Throws `CheckpointError` for a file that cannot be read, or of a format that is known and not read.
  init(of path: String) throws {
    if path.hasSuffix(".json") {
      self = .index
      return
    }
    let file = try MappedFile(path: path)
    let start = unsafe Array(file.bytes.prefix(4))
    switch start {
    case GGUFHeader.magic: self = .gguf
    case [0x50, 0x4B, 0x03, 0x04], [0x80, 0x02, 0x8A, 0x0A]:
      throw CheckpointError(
        .unsupported, path: path, problem: "expected a safetensors or GGUF file, found a PyTorch pickle",
        advice: "fetch the safetensors file; pickles can run code and are not read")
    default: self = .safetensors
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
