import Testing

@testable import SparseditKit

@Suite struct RecipeTests {
  private let recipe = Recipe(
    verb: "inpaint", version: "0.1.0", model: "bundled", prompt: "a \"quoted\" wall, with\ntwo lines",
    negativePrompt: "blue: sky", steps: 30, sampler: "euler", guidance: 7, seed: 42, width: 256, height: 192,
    options: ["strength": "0.8", "mask": "hole \\ one.png"])

  @Test func readsBackWhatItWrote() throws {
    #expect(Recipe(parameters: try recipe.parameters()) == recipe)
  }

  @Test func otherProgramsFindTheirFields() throws {
    let last = try recipe.parameters().split(separator: "\n").last
    #expect(
      last?.hasPrefix("Steps: 30, Sampler: euler, CFG scale: 7.0, Seed: 42, Size: 256x192, Model: bundled")
        == true)
  }

  @Test func aPromptCannotPoseAsARecipe() throws {
    var hostile = recipe
    hostile.prompt = #"x, Sparsedit recipe: "{}""#
    #expect(Recipe(parameters: try hostile.parameters()) == hostile)
    #expect(Recipe(parameters: "a cat\nSteps: 20, Sampler: Euler a") == nil)
    #expect(Recipe(parameters: #"Sparsedit recipe: "not json""#) == nil)
  }
}
