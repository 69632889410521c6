package import ImageProcessing
package import Images
package import LatentEditing
package import Models

/// A region of a picture, repainted: one crop around the mask, every pixel outside left to the source.
///
/// The caller reads the picture: it asks where the crop lies, hands its pixels in, and lays the patch that
/// comes out over the untouched source.
package struct InpaintEdit: Sendable {
  package var settings: DiffusionSettings
  /// Of the picture's size, over 0 where it may change; soft values are a change map.
  package let mask: PlacedMask
  /// Parts of the mask that are worked on one by one, and which of them this edit is for. What belongs to the
  /// others is repainted in passing and thrown away, so that no part is made to fit what another is about to lose.
  package var part: (all: MaskParts, index: Int)?
  /// Prompts of their own for parts of the crop, laid over it.
  package var regionalPrompts: @Sendable (PixelRect) -> [RegionalPrompt] = { _ in [] }
  package var strength: Float = 1
  package var wholePicture = false
  /// Pixels of context around the mask's box; nil is the larger of 32 and 6 %.
  package var context: Int?
  /// Axes along which the whole picture closes on itself.
  package var wrap = Wrap.none
  /// Add what the model changed to what it began from instead of taking the model's picture: grain, which an
  /// autoencoder loses, stays. For edits that touch up.
  package var keepsGrain = false
  /// Whether what is in the region may be seen in what surrounds it. An encoder looks a few cells around each: the
  /// edge of what is to be replaced would stay behind in the latents beside the region, and be drawn again.
  package var showsRegion = false
  package var finish = FinishOptions()

  /// - Throws: `PipelineError` for a mask that selects nothing.
  package init(settings: DiffusionSettings, mask: PlacedMask) throws(PipelineError) {
    guard mask.boundingBox() != nil else {
      throw PipelineError(
        .badData, "the mask selects no pixel; paint white where the picture may change, or say --invert-mask."
      )
    }
    self.settings = settings
    self.mask = mask
  }

  /// Where the crop lies and what size the model sees it at.
  package func crop(for model: Model) throws -> CropChoice {
    let step = model.tokenSide
    if wholePicture, wrap != .none {
      // A picture that closes on itself has no border to mirror: its size is made to fit.
      func whole(_ side: Int) -> Int { max(step, (side + step / 2) / step * step) }
      return CropChoice(
        rect: PixelRect(x: 0, y: 0, width: mask.width, height: mask.height),
        modelWidth: whole(mask.width), modelHeight: whole(mask.height))
    }
    if wholePicture {
      let width = (mask.width + step - 1) / step * step
      let height = (mask.height + step - 1) / step * step
      return CropChoice(
        rect: PixelRect(x: 0, y: 0, width: width, height: height), modelWidth: width, modelHeight: height)
    }
    var options = CropOptions(pixelBudget: Self.budget(for: model), step: step)
    if let context {
      options.contextPixels = context
      options.contextShare = 0
    }
    let box =
      part.map { $0.all.boxes[$0.index] } ?? mask.boundingBox()
      ?? PixelRect(x: 0, y: 0, width: mask.width, height: mask.height)
    return try CropChoice(
      around: box, pictureWidth: mask.width, pictureHeight: mask.height, options: options)
  }

  /// As many pixels as the largest picture that the model was trained on; for a model that does not say, a little over
  /// twice its native area, so that large regions keep their detail.
  private static func budget(for model: Model) -> Int {
    model.defaults.trainedSide.map { $0 * $0 } ?? model.defaults.width * model.defaults.height * 9 / 4
  }

  /// Pixels of context that a part needs around it; parts whose contexts meet are better worked on together.
  package static func reach(context: Int?) -> Int { context ?? CropOptions(pixelBudget: 1).contextPixels }

  /// Repaints the region.
  ///
  /// - Parameters:
  ///   - source: the pixels of `crop.rect`, sRGB-encoded, mirrored where it reaches over the border.
  ///   - filled: the same with the region filled, which the edit begins from; nil leaves what is there, or mirrors the
  ///     surroundings into a region that is repainted freely.
  package func run(
    _ session: inout EditSession, crop: CropChoice, source: FloatImage, filled: FloatImage? = nil
  ) throws -> (patch: FinishedPatch, outcome: EditSession.Outcome) {
    let mask = mask.cropped(to: crop.rect)
    let own = part.map { $0.all.part($0.index, of: mask, at: crop.rect) } ?? mask
    let scale = session.model.codec.scale
    let canvas = Canvas(
      channels: session.model.codec.latentChannels, height: crop.modelHeight / scale,
      width: crop.modelWidth / scale, wrap: wrap)

    let repaints = strength >= 1 && !keepsGrain && !showsRegion
    let visible = filled ?? (repaints ? source.mirrored(into: mask) : source)
    let (latents, changeMap) = try session.stage(.encodingImage) { session in
      var codec = session.model.codec
      let shown = try visible.resized(width: crop.modelWidth, height: crop.modelHeight, filter: finish.filter)
      let latents = try codec.encode(shown.picture(), wrap: wrap)
      let map = try mask.pooled(
        width: canvas.width, height: canvas.height,
        patch: session.model.transformer.configuration.patchSize)
      return (latents, map)
    }
    let outcome = try session.denoise(
      settings, canvas: canvas, source: (latents, changeMap), strength: strength,
      regionalPrompts: regionalPrompts(crop.rect))
    let edited = try session.stage(.decoding) { session in
      var codec = session.model.codec
      let edited = FloatImage(picture: try codec.decode(outcome.latents, wrap: wrap))
      guard keepsGrain else { return edited }
      let before = FloatImage(picture: try codec.decode(latents, wrap: wrap))
      return try visible.adding(edited, minus: before, filter: finish.filter)
    }
    let painted = try session.sharpened(edited, for: crop, wrap: wrap)
    let patch = try session.stage(.finishing) { _ in
      try Finisher(options: finish).finish(source: source, edited: painted, mask: own)
    }
    return (patch, outcome)
  }
}

extension FloatImage {
  /// This picture plus the difference of two others, which may be of another size.
  fileprivate func adding(
    _ edited: FloatImage, minus before: FloatImage, filter: ResamplingFilter
  ) throws -> FloatImage {
    var difference = edited
    for index in difference.samples.indices { difference.samples[index] -= before.samples[index] }
    difference = try difference.resized(width: width, height: height, filter: filter)
    for index in difference.samples.indices { difference.samples[index] += samples[index] }
    return difference
  }
}
