import SparseditKit

/// Three textures in one batch; run again, it finds them done.
enum BatchOfTextures {
  static func run(_ folder: String) async throws {
    let items = ["moss", "brick", "sand"].map { word in
      var request = TextureRequest(prompt: word)
      (request.width, request.height) = (64, 64)
      request.sampling.steps = 2
      return Batch.Item(request, to: OutputRequest("\(folder)/\(word).png"))
    }
    let batch = Batch(journal: "\(folder)/textures.journal.jsonl")
    try await batch.run(items, on: Editor()) { index, ending in
      switch ending {
      case .done(let report): print("\(index): seam \(report.seamRatioX ?? 0)")
      case .skipped: print("\(index): done before")
      case .failed(let error): print("\(index): \(error)")
      }
    }
  }
}
