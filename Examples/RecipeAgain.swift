import SparseditKit

/// The edit that made a picture, done again with another seed by the recipe in it.
enum RecipeAgain {
  static func run(picture: String, output: String) async throws {
    let recipe = try Recipe.read(InputFile(picture))
    // A recipe names its files; only these folders are looked into.
    var request = try recipe.request(inputs: ["."], of: InputFile(picture))
    if var texture = request as? TextureRequest {
      texture.seed += 1
      request = texture
    }
    let report = try await Editor().run(request, to: OutputRequest(output))
    print("\(output): seed \(report.seed)")
  }
}
