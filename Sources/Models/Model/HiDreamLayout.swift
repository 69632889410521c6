import Foundation

/// Where the parts of a HiDream-I1 model lie: in a diffusers folder, or wherever flags say.
struct HiDreamLayout {
  /// Of one network.
  struct Place {
    /// A folder with weights and a config.json, or a file of weights.
    let weights: String
    /// A folder with tokenizer files, or the file of weights where that carries its own.
    let tokenizer: String?
  }

  let name: String
  /// Folder or file of the transformer; nil where there is none.
  let transformer: String?
  /// The folder with `scheduler_config.json`, where there is one.
  let scheduler: String?
  private let places: [ModelPart: Place]
  /// What the user should know where parts are missing.
  private let hint: String

  /// Looks at what `path` and the flags of `source` name; nothing is opened.
  ///
  /// - Throws: `PipelineError` for a flag that names nothing.
  init(_ source: ModelSource, path: String) throws(PipelineError) {
    name = source.name
    let isFolder = Self.isFolder(path)
    let root = isFolder ? path : Self.folder(of: path)
    hint =
      isFolder && !Self.exists("\(path)/model_index.json")
      ? "; as it has no model_index.json, it is taken for one" : ""
    transformer =
      !isFolder || Self.exists("\(path)/config.json")
      ? path : Self.exists("\(path)/transformer") ? "\(path)/transformer" : nil
    // Of `HiDream-I1-Full/transformer` the folder above is the model's.
    let roots = isFolder ? [path, Self.folder(of: path)] : []
    scheduler = roots.map { "\($0)/scheduler" }.first { Self.exists("\($0)/scheduler_config.json") }
    var places: [ModelPart: Place] = [:]
    for part in ModelPart.allCases {
      let weights: String
      if let named = source.parts[part] {
        weights = try Self.weights(of: part, in: named)
      } else if let found = roots.map({ "\($0)/\(part.folder)" }).first(where: Self.isFolder) {
        weights = found
      } else {
        continue
      }
      places[part] = Place(
        weights: weights, tokenizer: Self.tokenizer(of: part, weights, roots: roots + [root]))
    }
    self.places = places
  }

  /// Where `part` lies. Throws as `require` does.
  func place(of part: ModelPart) throws(PipelineError) -> Place {
    guard let place = places[part] else {
      try require([part])
      throw missing(["\(part.title) (--\(part.rawValue))"])
    }
    return place
  }

  /// Throws one error that lists all of `parts` that are missing, each with the flag that gives it.
  func require(_ parts: [ModelPart], transformer needsTransformer: Bool = false) throws(PipelineError) {
    var lacking = needsTransformer && transformer == nil ? ["the transformer (--model)"] : []
    for part in parts {
      guard let place = places[part] else {
        lacking.append("\(part.title) (--\(part.rawValue) FILE or FOLDER)")
        continue
      }
      if let folder = part.tokenizerFolder, place.tokenizer == nil {
        lacking.append(
          "the tokenizer of \(part.name) (tokenizer.json or its older files in "
            + "\(Self.isFolder(place.weights) ? place.weights : Self.folder(of: place.weights)), or in \(folder)/ of "
            + "the model's folder)")
      }
    }
    if !lacking.isEmpty { throw missing(lacking) }
  }

  private func missing(_ parts: [String]) -> PipelineError {
    PipelineError(
      .missingInput,
      "model '\(name)': a HiDream-I1 model is not complete without "
        + "\(parts.joined(separator: ", "))\(hint).")
  }

  /// The folder or file of a part that a flag names: the part itself, or a model's folder that holds it.
  private static func weights(of part: ModelPart, in path: String) throws(PipelineError) -> String {
    guard exists(path) else {
      throw PipelineError(
        .missingInput, "--\(part.rawValue) \(path): no such file or folder; expected \(part.title).")
    }
    let inside = "\(path)/\(part.folder)"
    return !exists("\(path)/config.json") && isFolder(inside) ? inside : path
  }

  private static func tokenizer(of part: ModelPart, _ weights: String, roots: [String]) -> String? {
    guard let folder = part.tokenizerFolder else { return nil }
    if weights.lowercased().hasSuffix(".gguf") { return weights }
    let own = isFolder(weights) ? weights : Self.folder(of: weights)
    let candidates = [own, "\(Self.folder(of: own))/\(folder)"] + roots.map { "\($0)/\(folder)" }
    return candidates.first { candidate in
      ["tokenizer.json", "vocab.json", "spiece.model"].contains { exists("\(candidate)/\($0)") }
    }
  }

  private static func folder(of path: String) -> String {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    guard let slash = trimmed.lastIndex(of: "/") else { return trimmed == "." ? ".." : "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }

  private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
