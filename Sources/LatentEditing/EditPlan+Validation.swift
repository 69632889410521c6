import Images
import Tensors

extension EditPlan {
  /// Checks the plan against itself and the model it is for.
  ///
  /// - Parameter sourceIsStored: the source lies in a store, of the canvas's size, and is not in the plan.
  func validate(latentChannels: Int, patch: Int, prompts: Int, sourceIsStored: Bool = false) throws {
    try validateCanvas(latentChannels: latentChannels, patch: patch)
    try validateNumbers(hasSource: sourceIsStored || source != nil)
    if sourceIsStored, source != nil || changeMap != nil || canvas.wrap != .none || rollsEachStep {
      throw EditingError.plan(
        field: "canvas in a store", found: "a plan that holds it in memory, masks it or lets it wrap",
        expected: "a source in the store alone, no change map and no wrap")
    }
    if let source, source.shape != canvas.shape {
      throw EditingError.shape(name: "the source's latents", expected: canvas.shape, found: source.shape)
    }
    if source == nil, !sourceIsStored, changeMap != nil || lowBand != nil {
      throw EditingError.plan(
        field: "source", found: "missing", expected: "given where a mask or a low-band anchor refers to it")
    }
    if let changeMap {
      guard changeMap.width == canvas.width, changeMap.height == canvas.height else {
        throw EditingError.shape(
          name: "the change map", expected: [canvas.height, canvas.width],
          found: [changeMap.height, changeMap.width])
      }
      guard changeMap.values.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
        throw EditingError.plan(field: "change map", found: "a value outside it", expected: "0...1")
      }
    }
    for window in windows { try validate(window, patch: patch, prompts: prompts) }
    try validateCoverage()
  }

  private func validateCanvas(latentChannels: Int, patch: Int) throws {
    guard canvas.channels == latentChannels else {
      throw EditingError.plan(
        field: "number of latent channels", found: "\(canvas.channels)",
        expected: "the model's \(latentChannels)")
    }
    guard canvas.width > 0, canvas.height > 0, canvas.width % patch == 0, canvas.height % patch == 0 else {
      throw EditingError.plan(
        field: "canvas", found: "\(canvas.width) x \(canvas.height) cells",
        expected: "a multiple of the model's patch of \(patch) cells on both sides")
    }
    let cells = canvas.width.multipliedReportingOverflow(by: canvas.height)
    let values = cells.partialValue.multipliedReportingOverflow(by: canvas.channels)
    guard !cells.overflow, !values.overflow, values.partialValue <= 1 << 40 else {
      throw EditingError.plan(
        field: "canvas", found: "\(canvas.width) x \(canvas.height) cells", expected: "smaller")
    }
  }

  private func validateNumbers(hasSource: Bool) throws {
    guard strength > 0, strength <= 1, hasSource || strength == 1 else {
      throw EditingError.plan(
        field: "strength", found: "\(strength)",
        expected: hasSource ? "over 0 and at most 1" : "1 without a source")
    }
    guard guidance.scale.isFinite else {
      throw EditingError.plan(field: "guidance scale", found: "\(guidance.scale)", expected: "a number")
    }
    guard sparsity >= 0, sparsity < 1 else {
      throw EditingError.plan(field: "sparsity", found: "\(sparsity)", expected: "from 0 to below 1")
    }
    guard (1...1000).contains(reuse) else {
      throw EditingError.plan(field: "reuse", found: "\(reuse)", expected: "1 to 1000 steps")
    }
    guard !windows.isEmpty else {
      throw EditingError.plan(field: "number of windows", found: "0", expected: "1 or more")
    }
    if let lowBand, !(1...4096).contains(lowBand.radius) || !(lowBand.amount >= 0 && lowBand.amount <= 1) {
      throw EditingError.plan(
        field: "low-band anchor", found: "radius \(lowBand.radius), amount \(lowBand.amount)",
        expected: "a radius of 1 to 4096 cells and an amount of 0...1")
    }
  }

  private func validate(_ window: EditWindow, patch: Int, prompts: Int) throws {
    let rect = window.rect
    guard canvas.contains(rect), rect.width % patch == 0, rect.height % patch == 0,
      rect.x % patch == 0, rect.y % patch == 0
    else {
      throw EditingError.plan(
        field: "window", found: "\(rect.width) x \(rect.height) cells at (\(rect.x), \(rect.y))",
        expected: "inside the canvas of \(canvas.width) x \(canvas.height), in whole patches of \(patch)")
    }
    guard (0..<prompts).contains(window.prompt) else {
      throw EditingError.plan(
        field: "window's prompt", found: "\(window.prompt)", expected: "one of the \(prompts) given")
    }
    if let region = window.region {
      guard region.count == rect.width * rect.height, region.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
        throw EditingError.plan(
          field: "window's region", found: "\(region.count) values, or one below 0",
          expected: "\(rect.width * rect.height) values of 0 or more")
      }
    }
    if case .feathered(let cells) = window.weights, cells < 0 {
      throw EditingError.plan(field: "window's feather", found: "\(cells)", expected: "0 or more")
    }
  }

  /// Every cell that may change must get a prediction from some window.
  private func validateCoverage() throws {
    var covered = [Bool](repeating: false, count: canvas.width * canvas.height)
    for window in windows {
      let rect = window.rect
      for row in 0..<rect.height {
        let line = canvas.row(rect.y + row) * canvas.width
        for column in 0..<rect.width where window.region.map({ $0[row * rect.width + column] > 0 }) ?? true {
          covered[line + canvas.column(rect.x + column)] = true
        }
      }
    }
    for cell in covered.indices where !covered[cell] && (changeMap?.values[cell] ?? 1) > 0 {
      throw EditingError.uncovered(x: cell % canvas.width, y: cell / canvas.width)
    }
  }
}
