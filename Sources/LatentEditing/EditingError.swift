/// What the editing core was given and cannot run.
package enum EditingError: Error, Equatable, CustomStringConvertible {
  /// A field of the plan is outside its range.
  case plan(field: String, found: String, expected: String)
  /// A tensor has another shape than the canvas asks for.
  case shape(name: String, expected: [Int], found: [Int])
  /// Cells that may change are covered by no window.
  case uncovered(x: Int, y: Int)
  /// The given noise ends before the sampler does.
  case missingNoise(index: Int, given: Int)
  /// The denoiser answered with something else than one velocity an input.
  case denoiser(expected: String, found: String)
  /// Latents that are not numbers: the model overflowed or its weights are damaged.
  case notFinite(step: Int)

  package var description: String {
    switch self {
    case .plan(let field, let found, let expected):
      "the edit's \(field) is \(found); it must be \(expected)"
    case .shape(let name, let expected, let found):
      "\(name) has shape \(found); the canvas needs \(expected)"
    case .uncovered(let x, let y):
      "the latent cell at column \(x), row \(y) may change and lies in no window"
    case .missingNoise(let index, let given):
      "the sampler draws fresh noise at step \(index), and the given noise has \(given) "
        + "step\(given == 1 ? "" : "s"): add the tensor \"noise.\(index)\""
    case .denoiser(let expected, let found):
      "the model answered with \(found); expected \(expected)"
    case .notFinite(let step):
      "the latents are no longer finite after step \(step + 1): the model overflowed or its weights are damaged"
    }
  }
}
