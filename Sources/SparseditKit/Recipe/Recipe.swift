import Foundation

/// How a picture was made, as it is written into the picture.
///
/// It holds nothing that differs between two runs of the same command: no time, date, thread count or path
/// of the output.
package struct Recipe: Codable, Sendable, Equatable {
  package var verb: String
  package var version: String
  package var model: String
  package var prompt: String
  package var negativePrompt: String
  package var steps: Int
  package var sampler: String
  package var guidance: Float
  package var seed: Int64
  package var width: Int
  package var height: Int
  /// The verb's other settings by flag name, such as `strength` -> `0.8`.
  package var options: [String: String]
  /// The `parameters` text of the picture that was edited, without what that one had been made from.
  package var source: String?

  package init(
    verb: String, version: String, model: String, prompt: String, negativePrompt: String, steps: Int,
    sampler: String, guidance: Float, seed: Int64, width: Int, height: Int, options: [String: String]
  ) {
    self.verb = verb
    self.version = version
    self.model = model
    self.prompt = prompt
    self.negativePrompt = negativePrompt
    self.steps = steps
    self.sampler = sampler
    self.guidance = guidance
    self.seed = seed
    self.width = width
    self.height = height
    self.options = options
  }

  /// The text other programs read: prompt, negative prompt, and a line of settings whose last one, quoted,
  /// is the whole recipe as JSON.
  package func parameters() throws -> String {
    var lines = [prompt]
    if !negativePrompt.isEmpty { lines.append("Negative prompt: \(negativePrompt)") }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = String(decoding: try encoder.encode(self), as: UTF8.self)
    let quoted = String(decoding: try encoder.encode(json), as: UTF8.self)
    lines.append(
      "Steps: \(steps), Sampler: \(sampler), CFG scale: \(guidance), Seed: \(seed), "
        + "Size: \(width)x\(height), Model: \(model), Version: sparsedit \(version), \(Self.tailKey): \(quoted)"
    )
    return lines.joined(separator: "\n")
  }

  /// The recipe in a picture's `parameters` text, or nil when another program wrote it.
  package init?(parameters: String) {
    guard let start = parameters.range(of: "\(Self.tailKey): \"", options: .backwards) else { return nil }
    let quoted = Data(parameters[parameters.index(before: start.upperBound)...].utf8)
    let decoder = JSONDecoder()
    guard let json = try? decoder.decode(String.self, from: quoted),
      let recipe = try? decoder.decode(Recipe.self, from: Data(json.utf8))
    else { return nil }
    self = recipe
  }

  /// The same recipe for an edit of a picture that has one itself.
  package func following(_ parameters: String?) throws -> Recipe {
    var recipe = self
    recipe.source = parameters
    if let parameters, var older = Recipe(parameters: parameters) {
      older.source = nil
      recipe.source = try older.parameters()
    }
    return recipe
  }

  private static let tailKey = "Sparsedit recipe"
}
