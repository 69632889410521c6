import Foundation
import LatentEditing

/// How a picture was made, as it is written into the picture: the request, every setting decided, and the model.
///
/// It holds nothing that differs between two runs of the same request: no time, date, thread count or path.
///
/// A recipe in a picture is somebody else's text. Reading one looks at no file; what is not a request that could be
/// asked for is refused with what was wrong; its files and models are names, which only a person's folders turn into
/// paths.
public struct Recipe: Sendable {
  /// The request, every setting decided; in a recipe that was read, its files are names.
  public var request: any EditRequest
  /// The model; nil where none was needed.
  public var model: ModelName?
  /// The program's version.
  public var version: String
  /// Width in pixels of the picture, or of what the model was shown of it.
  public var width: Int
  /// Height in pixels of the picture, or of what the model was shown of it.
  public var height: Int
  /// The `parameters` text of the picture that was edited, without what that one had been made from.
  public var source: String?

  init(of request: any EditRequest, model: ModelName? = nil, width: Int, height: Int) {
    self.request = request
    self.model = model
    self.width = width
    self.height = height
    version = Sparsedit.version
  }

  /// Reads a picture's `parameters` text.
  ///
  /// - Throws: `SparseditError` when another program wrote it, and for a request that may not be asked for.
  public init(parameters: String) throws(SparseditError) {
    guard let json = Self.json(in: parameters) else {
      throw SparseditError(.badData, "expected a recipe of sparsedit, found parameters of another program")
    }
    guard parameters.utf8.count <= 4 * RequestCoding.largest, json.object?["request"] != nil else {
      throw SparseditError(
        .badData, "expected a recipe with a request, as sparsedit writes it from 0.2 on, found none")
    }
    let stored: Stored
    do {
      stored = try JSONDecoder().decode(Stored.self, from: try JSONEncoder().encode(json))
    } catch let error as DecodingError {
      throw SparseditError(.badData, "the recipe is not sound: \(error.sentence)")
    } catch {
      throw SparseditError(.badData, "the recipe is not sound: \(error)")
    }
    request = try RequestCoding.request(stored.request)
    model = stored.model
    version = stored.version
    (width, height, source) = (stored.width, stored.height, stored.source)
  }

  /// The text that other programs read: prompt, negative prompt, and a line of settings whose last one, quoted, is the
  /// whole recipe as JSON.
  public func parameters() throws(SparseditError) -> String {
    do {
      let words = request as? any DiffusionRequest
      let sampling = words?.sampling ?? SamplingSettings()
      var lines = [words?.prompt ?? ""]
      if let negative = words?.negativePrompt, !negative.isEmpty {
        lines.append("Negative prompt: \(negative)")
      }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let stored = Stored(
        request: try request.json(), model: model, version: version, width: width, height: height,
        source: source)
      let json = String(decoding: try encoder.encode(stored), as: UTF8.self)
      let quoted = String(decoding: try encoder.encode(json), as: UTF8.self)
      lines.append(
        "Steps: \(sampling.steps ?? 0), Sampler: \(sampling.samplingMethod?.rawValue ?? "none"), "
          + "CFG scale: \(sampling.cfgScale ?? 0), Seed: \(words?.seed ?? 0), Size: \(width)x\(height), "
          + "Model: \(model?.name ?? "none"), Version: sparsedit \(version), \(Self.tailKey): \(quoted)")
      return lines.joined(separator: "\n")
    } catch {
      throw SparseditError(.failed, "the recipe cannot be written: \(error)")
    }
  }

  /// The same recipe for an edit of a picture that has one itself.
  func following(_ parameters: String?) throws -> Recipe {
    var recipe = self
    recipe.source = parameters
    if let parameters, var older = try? Recipe(parameters: parameters) {
      older.source = nil
      recipe.source = try older.parameters()
    }
    return recipe
  }

  /// Every setting under its flag's name, for people.
  package func texts() throws -> [String: String] {
    var texts = try RequestCoding.texts(of: request)
    texts["verb"] = type(of: request).verb
    texts["version"] = version
    texts["model"] = model?.name ?? "none"
    texts["width"] = "\(width)"
    texts["height"] = "\(height)"
    for part in model?.parts ?? [] { texts[part.part] = part.name }
    if let adapters = model?.adapters, !adapters.isEmpty {
      texts["lora"] = adapters.map { "\($0.name):\($0.scale)" }.joined(separator: ", ")
    }
    texts["variant"] = model?.variant
    texts["compute"] = model?.compute
    texts["source"] = source
    return texts
  }

  private struct Stored: Codable {
    let request: JSONValue
    let model: ModelName?
    let version: String
    let width: Int
    let height: Int
    let source: String?
  }

  /// The JSON at the end of a text of ours; nil for a text of another program.
  private static func json(in parameters: String) -> JSONValue? {
    guard let start = parameters.range(of: "\(tailKey): \"", options: .backwards) else { return nil }
    let quoted = Data(parameters[parameters.index(before: start.upperBound)...].utf8)
    let decoder = JSONDecoder()
    guard let json = try? decoder.decode(String.self, from: quoted) else { return nil }
    return try? decoder.decode(JSONValue.self, from: Data(json.utf8))
  }

  private static let tailKey = "Sparsedit recipe"
}

extension EditRequest {
  /// The request as JSON with its verb.
  func json() throws -> JSONValue { try RequestCoding.value(of: self, with: true) }
}
