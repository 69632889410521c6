import Tensors

/// One `.pth` or `.pt` file, mapped and checked: a dictionary of tensors as `torch.save` writes it, in an archive or
/// in the form before version 1.6.
///
/// The pickle in it is read, never run: see `PickleReader`. Tensors are views of the mapping where their elements follow
/// each other, and gathered otherwise.
struct PyTorchFile: Sendable {
  /// Dictionaries that trainers put around the one with the tensors, the best first.
  private static let wrappers = ["params_ema", "params-ema", "params", "state_dict", "model", "net"]

  let path: String
  private let entries: [String: PickledTensor]
  /// Where each storage begins.
  private let places: [String: Int]
  private let file: MappedFile

  /// Throws `CheckpointError` unless every tensor lies within a storage and every storage within the file.
  init(path: String) throws {
    let file = try MappedFile(path: path)
    let contents: PyTorchContents
    do {
      contents =
        unsafe file.bytes.starts(with: ZipDirectory.magic)
        ? try PyTorchContents(archive: file.bytes, path: path)
        : try PyTorchContents(legacy: file.bytes, path: path)
    } catch let failure as PickleReader.Failure {
      let problem = "\(failure.problem) (byte \(failure.offset) of the pickle)"
      guard failure.isUnsupported else { throw CheckpointError.damaged(path, problem) }
      throw CheckpointError(
        .unsupported, path: path, problem: problem, advice: "use a file of weights alone, or safetensors")
    }
    self.path = path
    self.file = file
    entries = try Self.tensors(of: contents.pickle, path: path)
    places = try Self.places(of: entries, contents, path: path)
  }

  private static func tensors(of pickle: Pickle, path: String) throws -> [String: PickledTensor] {
    var value = pickle.rootValue
    var depth = 0
    while case .dictionary(let dictionary) = value, depth < wrappers.count {
      let inner = pickle.entries(of: dictionary)
      let wrapped = wrappers.lazy.compactMap { wrapper in
        inner.last { entry in if case .dictionary = entry.value { entry.name == wrapper } else { false } }
      }.first
      guard let wrapped else { break }
      value = wrapped.value
      depth += 1
    }
    guard case .dictionary(let dictionary) = value else {
      throw CheckpointError(
        .unsupported, path: path, problem: "expected a dictionary of tensors, found \(value.kind)",
        advice: "use a file of weights (a \"state_dict\")")
    }
    var result: [String: PickledTensor] = [:]
    for (name, value) in pickle.entries(of: dictionary) {
      guard case .tensor(let tensor) = value else { continue }
      guard result.updateValue(tensor, forKey: name) == nil else {
        throw CheckpointError.damaged(path, "expected each tensor once, found \"\(name)\" twice")
      }
    }
    guard !result.isEmpty else {
      throw CheckpointError(
        .unsupported, path: path, problem: "expected a dictionary of tensors, found none in it",
        advice: "use a file of weights (a \"state_dict\")")
    }
    return result
  }

  private static func places(
    of entries: [String: PickledTensor], _ contents: PyTorchContents, path: String
  ) throws -> [String: Int] {
    var places: [String: Int] = [:]
    for storage in Set(entries.values.map(\.storage)) {
      let (needed, overflow) = storage.count.multipliedReportingOverflow(by: storage.elementSize)
      guard let range = contents.storages[storage.key] else {
        throw CheckpointError.damaged(path, "expected a storage \"\(storage.key)\", found none")
      }
      guard !overflow, needed <= range.count else {
        throw CheckpointError.damaged(
          path,
          "expected \(storage.count) elements of \(storage.dtype) in storage \"\(storage.key)\", found "
            + "\(range.count) bytes")
      }
      places[storage.key] = range.lowerBound
    }
    return places
  }

  private func range(_ tensor: PickledTensor) -> Range<Int> {
    let start = (places[tensor.storage.key] ?? 0) + tensor.offset * tensor.storage.elementSize
    return start..<start + tensor.count * tensor.storage.elementSize
  }
}

extension PyTorchFile: TensorFile {
  var weightNames: [String] { Array(entries.keys) }

  func shape(of name: String) -> [Int]? { entries[name]?.shape }

  func storage(of name: String) -> (type: String, byteCount: Int)? {
    entries[name].map { ($0.storage.dtype, $0.count * $0.storage.elementSize) }
  }

  func stored(_ name: String) throws -> StoredTensor? {
    guard let tensor = entries[name] else { return nil }
    guard let dtype = DType(rawValue: tensor.storage.dtype), !dtype.takesRowScale else {
      throw CheckpointError(
        .unsupported, path: path,
        problem: "expected \"\(name)\" as F32, F16 or BF16, found \(tensor.storage.dtype)",
        advice: "save it as float32")
    }
    let bytes =
      tensor.isContiguous
      ? file.part(range(tensor))
      : unsafe GatheredBytes.gather(tensor, from: file.bytes, at: places[tensor.storage.key] ?? 0)
    return StoredTensor(dtype: dtype, shape: tensor.shape, bytes: bytes)
  }
}
