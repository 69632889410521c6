/// The pickle of a PyTorch file and where its storages lie.
struct PyTorchContents {
  /// What a file of the form before version 1.6 begins with: a pickle of the number 0x1950A86A20F9469CFC6C.
  static let legacyMagic: [UInt8] = [
    0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  let pickle: Pickle
  /// Bytes in the file of each storage, by its key.
  let storages: [String: Range<Int>]

  /// An archive with `data.pkl`, and `data/KEY` for each storage, in one folder. Throws `CheckpointError`, or
  /// `PickleReader.Failure`.
  init(archive file: UnsafeRawBufferPointer, path: String) throws {
    let entries = unsafe try ZipDirectory(file: file, path: path).entries
    let pickles = entries.filter {
      $0.key.utf8.elementsEqual("data.pkl".utf8) || $0.key.hasSuffix("/data.pkl")
    }
    guard pickles.count == 1, let (name, range) = pickles.first else {
      throw CheckpointError(
        .unsupported, path: path, problem: "expected one data.pkl in the archive, found \(pickles.count)",
        advice: "use a file that torch.save wrote")
    }
    let folder = name.dropLast("data.pkl".count)
    if let order = entries["\(folder)byteorder"],
      !(unsafe file[order].elementsEqual("little".utf8))
    {
      throw CheckpointError(
        .unsupported, path: path, problem: "expected little-endian numbers",
        advice: "save it on another machine")
    }
    guard range.count <= PickleReader.maximumLength else {
      throw CheckpointError(
        .unsupported, path: path,
        problem: "expected a pickle of at most \(PickleReader.maximumLength) bytes, found \(range.count)",
        advice: "use a file of weights alone, or safetensors")
    }
    (pickle, _) = unsafe try PickleReader.read(UnsafeRawBufferPointer(rebasing: file[range]))
    let prefix = "\(folder)data/"
    storages = Dictionary(
      entries.filter { $0.key.hasPrefix(prefix) }.map { (String($0.key.dropFirst(prefix.count)), $0.value) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Pickles one after the other (magic number, version, machine, tensors, keys of the storages), then the storages,
  /// each after its number of elements. Throws as above.
  init(legacy file: UnsafeRawBufferPointer, path: String) throws {
    var (_, offset) = unsafe try PickleReader.read(file, at: Self.legacyMagic.count)
    (_, offset) = unsafe try PickleReader.read(file, at: offset)
    (pickle, offset) = unsafe try PickleReader.read(file, at: offset)
    let (keys, end) = unsafe try PickleReader.read(file, at: offset)
    guard case .list(let list) = keys.rootValue else {
      throw CheckpointError.damaged(path, "expected the names of storages, found \(keys.rootValue.kind)")
    }
    var sizes: [String: Int] = [:]
    for case .storage(let storage) in pickle.values { sizes[storage.key] = storage.elementSize }
    var storages: [String: Range<Int>] = [:]
    var cursor = unsafe ByteCursor(file, at: end)
    do {
      for place in keys.lists[list] {
        guard case .text(let key) = keys.values[place], let size = sizes[key] else {
          throw cursor.failure("expected the name of a storage")
        }
        let length = try cursor.count(of: "elements", size: size) * size
        storages[key] = cursor.offset..<cursor.offset + length
        try cursor.skip(length)
      }
    } catch let failure as ByteCursor.Failure {
      throw CheckpointError.damaged(path, "\(failure.problem) at byte \(failure.offset)")
    }
    self.storages = storages
  }
}
