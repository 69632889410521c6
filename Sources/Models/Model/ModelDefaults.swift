/// What a model asks for when a request does not say.
package struct ModelDefaults: Sendable, Equatable {
  /// Native size in pixels.
  package var width: Int
  package var height: Int
  /// Side in pixels of what the model sees at once at most: the largest picture it was trained on. Tokens at rows and
  /// columns that it never saw leave a lattice, and words are lost. Nil where the model does not say.
  package var trainedSide: Int?
  package var steps: Int
  package var guidance: Float
  /// Guidance where there is a picture to go by; as `guidance` where the model does not say.
  package var editGuidance: Float
  package var sparsity: Float
  /// Steps from one forward of all tokens to the next in masked edits; 1 is exact.
  package var reuse: Int
  /// 0 for HiDream-I1: the reference knows no such thing.
  package var guidanceRescale: Float
  /// `EditPlan.cleanContext`; 0 for HiDream-I1, which was not trained on holes in clean pictures.
  package var cleanContext: Float

  /// What a published HiDream-I1 is run with.
  ///
  /// - Parameter side: native size in pixels, both ways.
  init(_ variant: HiDreamVariant, side: Int) {
    (width, height) = (side, side)
    steps = variant.steps
    guidance = variant.guidance
    editGuidance = variant.guidance
    sparsity = 0.7
    // What the reference does.
    reuse = 1
    guidanceRescale = 0
    cleanContext = 0
  }

  /// Reads the model's own wishes; what it leaves open is what HiDream-I1 is used with.
  init(_ index: ModelIndex, place: String) throws(PipelineError) {
    let defaults = index.defaults
    width = defaults?.width ?? 1024
    height = defaults?.height ?? 1024
    trainedSide = index.trainedSizes?.max()
    steps = defaults?.steps ?? 30
    guidance = defaults?.guidance ?? 7
    editGuidance = defaults?.editGuidance ?? guidance
    sparsity = defaults?.sparsity ?? 0.7
    reuse = defaults?.reuse ?? 1
    guidanceRescale = defaults?.guidanceRescale ?? 0
    cleanContext = defaults?.cleanContext ?? 0
    guard (16...16384).contains(width), (16...16384).contains(height), width % 16 == 0, height % 16 == 0,
      (1...1000).contains(steps), (0...100).contains(guidance), (0...100).contains(editGuidance),
      (0...0.95).contains(sparsity), (0...1).contains(guidanceRescale), (0...1).contains(cleanContext),
      (1...1000).contains(reuse),
      (index.trainedSizes ?? [16]).allSatisfy({ (16...16384).contains($0) && $0 % 16 == 0 })
    else {
      throw PipelineError(
        .badData,
        "\(place): expected sensible \"defaults\" and \"trained_sizes\" (sizes 16 to 16384 in multiples of 16, 1 to 1000 steps, "
          + "guidance and edit_guidance 0 to 100, sparsity 0 to 0.95, guidance_rescale and clean_context 0 to 1, "
          + "reuse 1 to 1000), found \(width) x \(height), \(steps) steps, guidance \(guidance), "
          + "edit_guidance \(editGuidance), sparsity \(sparsity), guidance_rescale \(guidanceRescale), "
          + "clean_context \(cleanContext), reuse \(reuse), trained_sizes \(index.trainedSizes ?? []).")
    }
  }
}
