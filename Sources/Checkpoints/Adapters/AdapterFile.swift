import FoundationEssentials

/// An adapter file, sorted by the matrices of a checkpoint that it changes.
struct AdapterFile {
  /// By the name of the weight.
  private(set) var modules: [String: AdapterModule] = [:]
  /// Names of the tensors that belong to no matrix of the checkpoint.
  private(set) var unmatched: [String] = []

  /// Throws `CheckpointError` for a file that is no adapter or none for a network of these names.
  init(_ request: AdapterRequest, names: AdapterNames) throws {
    guard request.scale.isFinite else {
      throw CheckpointError(
        .invalidContent, path: request.path, problem: "expected a finite scale, found \(request.scale)",
        advice: "1 is the usual scale")
    }
    guard case .safetensors = try FileKind(of: request.path) else {
      throw CheckpointError(
        .unsupported, path: request.path, problem: "expected an adapter in a safetensors file",
        advice: "fetch the safetensors file")
    }
    let file = try SafetensorsFile(path: request.path)
    var found: [String: [AdapterKey.Part: String]] = [:]
    var matches: [String: String] = [:]
    for name in file.names {
      guard let key = AdapterKey(name), let weight = matches[key.module] ?? names.weight(of: key.module)
      else {
        unmatched.append(name)
        continue
      }
      matches[key.module] = weight
      if found[key.module, default: [:]].updateValue(name, forKey: key.part) != nil {
        throw CheckpointError.damaged(request.path, "expected \(key.part) of \"\(key.module)\" once")
      }
    }
    let common = CommonScale(file.metadata["lora_adapter_metadata"])
    for (module, parts) in found.sorted(by: { $0.key < $1.key }) {
      guard let weight = matches[module] else { continue }
      if parts.keys.allSatisfy({ $0 == .alpha || $0 == .magnitude }) {
        unmatched += parts.values
        continue
      }
      let entry = AdapterModule(
        file: file, name: module, parts: parts, defaultAlpha: common.alpha(of: weight),
        dividesByRoot: common.dividesByRoot, strength: request.scale)
      if let other = modules.updateValue(entry, forKey: weight) {
        throw CheckpointError.damaged(
          request.path, "expected one change of \"\(weight)\", found \"\(other.name)\" and \"\(module)\"")
      }
    }
    unmatched.sort()
    guard !modules.isEmpty else {
      throw CheckpointError(
        .invalidContent, path: request.path,
        problem: "expected an adapter (LoRA, LoKr or DoRA) for this model, found nothing that fits among "
          + "\(file.names.count) tensors (\(file.names.prefix(3).joined(separator: ", ")), ...)",
        advice: "name an adapter made for HiDream-I1")
    }
  }
}

/// What peft writes of scaling into the metadata of a file that diffusers saved.
private struct CommonScale: Decodable {
  private var alpha: Double?
  private var patterns: [String: Double]?
  private var root: Bool?

  private enum CodingKeys: String, CodingKey {
    case alpha = "transformer.lora_alpha"
    case patterns = "transformer.alpha_pattern"
    case root = "transformer.use_rslora"
  }

  /// Metadata that cannot be understood counts as none: it is a note, not the format.
  init(_ text: String?) {
    let decoded = text.flatMap { try? JSONDecoder().decode(CommonScale.self, from: Data($0.utf8)) }
    alpha = decoded?.alpha
    patterns = decoded?.patterns
    root = decoded?.root
  }

  var dividesByRoot: Bool { root ?? false }

  /// A pattern is the end of a module's name.
  func alpha(of weight: String) -> Double? {
    let module = weight.dropLast(".weight".count)
    let pattern = patterns?.first { module == $0.key || module.hasSuffix(".\($0.key)") }
    return pattern?.value ?? alpha
  }
}
