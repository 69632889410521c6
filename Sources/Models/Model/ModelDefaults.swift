package import LatentEditing

/// What a model asks for when a request does not say.
package struct ModelDefaults: Sendable, Equatable {
  /// Native size in pixels.
  package var width: Int
  package var height: Int
  /// Side in pixels of what the model sees at once at most: the largest picture it was trained on. Tokens at rows and
  /// columns that it never saw leave a lattice, and words are lost. Nil where the model does not say.
  package var trainedSide: Int?
  /// All but the windows are set.
  package var sampling = SamplingSettings()
  /// Guidance where there is a picture to go by; as elsewhere where the model does not say.
  package var editGuidance: Float

  /// What a published HiDream-I1 is run with.
  ///
  /// - Parameter side: native size in pixels, both ways.
  init(_ variant: HiDreamVariant, side: Int) {
    (width, height) = (side, side)
    sampling.steps = variant.steps
    sampling.cfgScale = variant.guidance
    editGuidance = variant.guidance
    sampling = sampling.filled(from: Self.habits)
  }

  /// What HiDream-I1 is used with, and what the reference does: it reuses nothing and knows no clean context.
  private static let habits: SamplingSettings = {
    var habits = SamplingSettings()
    (habits.steps, habits.cfgScale, habits.sparsity, habits.reuse) = (30, 7, 0.7, 1)
    (habits.guidanceRescale, habits.cleanContext) = (0, 0)
    return habits
  }()

  /// Reads the model's own wishes; what it leaves open is what HiDream-I1 is used with.
  init(_ index: ModelIndex, place: String) throws(PipelineError) {
    let defaults = index.defaults
    width = defaults?.width ?? 1024
    height = defaults?.height ?? 1024
    trainedSide = index.trainedSizes?.max()
    sampling = (defaults?.sampling ?? SamplingSettings()).filled(from: Self.habits)
    let guidance = sampling.cfgScale ?? 1
    editGuidance = defaults?.editGuidance ?? guidance
    guard (16...16384).contains(width), (16...16384).contains(height), width % 16 == 0, height % 16 == 0,
      sampling.problem == nil, (0...100).contains(editGuidance), sampling.reuse ?? 1 >= 1,
      (index.trainedSizes ?? [16]).allSatisfy({ (16...16384).contains($0) && $0 % 16 == 0 })
    else {
      let problem = sampling.problem.map { " (\($0))" } ?? ""
      throw PipelineError(
        .badData,
        "\(place): expected sensible \"defaults\" and \"trained_sizes\" (sizes 16 to 16384 in multiples of 16, 1 to 1000 steps, "
          + "guidance and edit_guidance 0 to 100, sparsity 0 to 0.95, guidance_rescale and clean_context 0 to 1, "
          + "reuse 1 to 1000), found \(width) x \(height), edit_guidance \(editGuidance), "
          + "trained_sizes \(index.trainedSizes ?? [])\(problem).")
    }
  }
}
