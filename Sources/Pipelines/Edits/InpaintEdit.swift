package import ImageProcessing
package import Images
package import LatentEditing

/// A region of a picture, repainted: one crop around the mask, every pixel outside left to the source.
///
/// The caller reads the picture: it asks where the crop lies, hands its pixels in, and lays the patch that
/// comes out over the untouched source.
package struct InpaintEdit: Sendable {
  package var settings: DiffusionSettings
  /// Of the picture's size, over 0 where it may change; soft values are a change map.
  package let mask: Mask
  package var strength: Float = 1
  package var wholePicture = false
  /// Pixels of context around the mask's box; nil is the larger of 32 and 6 %.
  package var context: Int?
  /// Axes along which the whole picture closes on itself.
  package var wrap = Wrap.none
  package var finish = FinishOptions()

  /// - Throws: `PipelineError` for a mask that selects nothing.
  package init(settings: DiffusionSettings, mask: Mask) throws(PipelineError) {
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
    let box = mask.boundingBox() ?? PixelRect(x: 0, y: 0, width: mask.width, height: mask.height)
    return try CropChoice(
      around: box, pictureWidth: mask.width, pictureHeight: mask.height, options: options)
  }

  /// A little over twice the model's native area: large regions keep their detail, and what the model sees
  /// still holds together.
  private static func budget(for model: Model) -> Int {
    model.defaults.width * model.defaults.height * 9 / 4
  }

  /// Repaints the region.
  ///
  /// - Parameter source: the pixels of `crop.rect`, sRGB-encoded, mirrored where it reaches over the border.
  package func run(
    _ session: inout EditSession, crop: CropChoice, source: FloatImage
  ) throws -> (patch: FinishedPatch, outcome: EditSession.Outcome) {
    let mask = mask.cropped(to: crop.rect)
    let scale = session.model.codec.scale
    let canvas = Canvas(
      channels: session.model.codec.latentChannels, height: crop.modelHeight / scale,
      width: crop.modelWidth / scale, wrap: wrap)

    let (latents, changeMap) = try session.stage(.encodingImage) { session in
      var codec = session.model.codec
      let shown = try source.resized(width: crop.modelWidth, height: crop.modelHeight, filter: finish.filter)
      let latents = try codec.encode(shown.picture(), wrap: wrap)
      let map = try mask.pooled(
        width: canvas.width, height: canvas.height,
        patch: session.model.transformer.configuration.patchSize)
      return (latents, map)
    }
    let outcome = try session.denoise(
      settings, canvas: canvas, source: (latents, changeMap), strength: strength)
    let edited = try session.stage(.decoding) { session in
      var codec = session.model.codec
      return FloatImage(picture: try codec.decode(outcome.latents, wrap: wrap))
    }
    let patch = try session.stage(.finishing) { _ in
      try Finisher(options: finish).finish(source: source, edited: edited, mask: mask)
    }
    return (patch, outcome)
  }
}
