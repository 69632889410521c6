/// A part of the canvas that the model sees at once.
package struct EditWindow: Sendable, Equatable {
  /// Its place in latent cells; sides are multiples of the model's patch.
  package var rect: CellRect
  /// How its cells count where windows overlap.
  package var weights: WindowWeights
  /// A further factor for each of its cells, row by row: the region of a prompt. Nil is 1 everywhere.
  package var region: [Float]?
  /// Which of the edit's prompts it is conditioned on.
  package var prompt: Int

  package init(
    rect: CellRect, weights: WindowWeights = .uniform, region: [Float]? = nil, prompt: Int = 0
  ) {
    self.rect = rect
    self.weights = weights
    self.region = region
    self.prompt = prompt
  }

  /// Weight of every cell of the window, row by row.
  func cellWeights() -> [Float] {
    let rows = weights.profile(rect.height)
    let columns = weights.profile(rect.width)
    var values: [Float] = []
    values.reserveCapacity(rows.count * columns.count)
    for row in rows {
      for column in columns { values.append(row * column) }
    }
    guard let region else { return values }
    return zip(values, region).map { $0 * $1 }
  }
}
