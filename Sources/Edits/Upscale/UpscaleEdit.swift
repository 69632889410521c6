import ImageProcessing
package import Images
package import LatentEditing
import Tensors
package import Models

/// The pass that draws over an enlarged picture at low noise.
///
/// The picture is encoded, noised to `strength` and denoised in overlapping windows whose predictions are averaged at
/// every step (SDEdit, arXiv 2108.01073; MultiDiffusion, arXiv 2302.08113), all of it a band of rows at a time. What it
/// shows is kept: in latents, each window's coarse colours are those of the enlarged picture, and so is, in the end, all
/// that is coarser than a pixel of the source.
package struct UpscaleEdit: Sendable {
  package var settings: DiffusionSettings
  package let sourceWidth: Int
  package let sourceHeight: Int
  package let width: Int
  package let height: Int
  /// Noise level the edit starts from, after shift.
  package var strength: Float
  /// Side in pixels of what a preview shows of the middle of the picture.
  private static let previewSide = 1024

  /// - Parameters: sizes in pixels, over 0, the new ones no smaller than the source's.
  package init(
    settings: DiffusionSettings, strength: Float, sourceWidth: Int, sourceHeight: Int,
    width: Int, height: Int
  ) {
    self.settings = settings
    self.strength = strength
    self.sourceWidth = sourceWidth
    self.sourceHeight = sourceHeight
    self.width = width
    self.height = height
  }

  /// Pixels of the canvas round the picture, in which it is mirrored: an autoencoder sees nothing beyond its canvas,
  /// and that shows at the border. One token.
  package func border(for model: Model) -> Int { model.tokenSide }

  /// The canvas: the picture with its border in whole tokens.
  package func canvas(for model: Model) -> Canvas {
    let (side, scale, border) = (model.tokenSide, model.codec.scale, border(for: model))
    func cells(_ length: Int) -> Int { (length + 2 * border + side - 1) / side * side / scale }
    return Canvas(channels: model.codec.latentChannels, height: cells(height), width: cells(width))
  }

  /// The plan, but for the source, which is stored.
  package func plan(_ session: EditSession) throws -> EditPlan {
    let model = session.model
    let canvas = canvas(for: model)
    var plan = session.plan(settings, canvas: canvas, isEdit: true)
    if settings.sampling.steps == nil {
      plan.steps = max(4, Int((Float(plan.steps) * strength).rounded(.up)))
    }
    // At low noise levels a strong lead draws patterns instead of detail.
    if settings.sampling.cfgScale == nil { plan.guidance.scale = min(plan.guidance.scale, 2) }
    plan.strength = strength
    let layout = UpscaleWindows(sampling: settings.sampling, strength: strength, model: model)
    plan.windows = try layout.windows(of: canvas, model: model)
    plan.lowBand = LowBandAnchor(radius: layout.anchorRadius(model))
    return plan
  }

  /// How many planes of the canvas the state of a run holds: the source, and two sides each of the latents and of
  /// what the sampler remembers. With 16 channels, 32 bits and 8 x 8 pixels to a cell, each is a byte a pixel.
  package static func planes(of plan: EditPlan) throws -> Int {
    var scheduler = try plan.scheduler.makeScheduler(steps: plan.steps, strength: plan.strength)
    var cell = Tensor(zeros: [1, 1, 1])
    var most = 0
    for step in 0..<scheduler.schedule.steps {
      try scheduler.advance(&cell, prediction: cell, at: step, noise: cell)
      most = max(most, scheduler.history.count)
    }
    return 3 + 2 * most
  }

  /// The plan's prompts; refuses a run that does not fit the memory, of which it takes a row of windows at a time.
  package func prompts(_ session: inout EditSession, for plan: EditPlan) throws -> [PromptPair<
    HiDreamDenoiser.Conditioning
  >] {
    let rows = plan.windows.map(\.rect.height).max() ?? plan.canvas.height
    return try session.prompts([settings.prompt], settings, for: plan, rows: rows)
  }

  /// Enlarges the picture.
  ///
  /// - Parameters:
  ///   - prompts: the plan's, as ``prompts(_:for:)`` gave them.
  ///   - store: the state, new or of an interrupted run.
  ///   - base: begins to hand over the enlarged picture, the next so many rows at each call.
  ///   - write: takes the rows of the result from top to bottom.
  package func run(
    _ session: inout EditSession, plan: EditPlan, prompts: [PromptPair<HiDreamDenoiser.Conditioning>],
    store: LatentFile, base: () throws -> (Int) throws -> PictureRows, write: (PictureRows) throws -> Void
  ) throws -> DenoiserCost {
    if store.progress.sourceRows < plan.canvas.height {
      try session.stage(.encodingImage) { try encode($0, plan: plan, store: store, base: base()) }
    }
    let cost = try session.stage(.denoising) { session in
      var editor = try StreamedEditor(
        plan: plan, store: store, progress: store.progress,
        denoiser: HiDreamDenoiser(session.model, forgetsSteps: true), prompts: prompts,
        cancellation: session.cancellation)
      var preview = MiddlePreview(
        canvas: plan.canvas, border: border(for: session.model) / session.model.codec.scale,
        side: Self.previewSide / session.model.codec.scale)
      while let band = try editor.next() {
        preview.take(band)
        let done = Double(band.step) + Double(band.windowRows) / Double(band.windowRowCount)
        session.observe(.portion(done / Double(band.steps)))
        if band.endsStep, let middle = preview.latents {
          session.observe(.step(band.step + 1, of: band.steps, prediction: middle))
        }
      }
      try store.flush()
      return editor.progress.cost
    }
    try session.stage(.decoding) { try decode($0, plan: plan, store: store, base: base(), write: write) }
    return cost
  }

  private func encode(
    _ session: EditSession, plan: EditPlan, store: LatentFile, base: (Int) throws -> PictureRows
  ) throws {
    var progress = store.progress
    var encoder = CanvasEncoder(
      codec: session.model.codec, canvas: plan.canvas, width: width, height: height,
      border: border(for: session.model), from: progress.sourceRows)
    while let (latents, row) = try encoder.next({ try base($0).color }) {
      try session.cancellation.check()
      try store.write(latents, to: .source, at: row)
      progress.sourceRows = row + latents.shape[1]
      try store.record(progress)
      session.observe(.portion(Double(progress.sourceRows) / Double(plan.canvas.height)))
    }
    try store.flush()
  }

  /// Decodes, holds what the source shows, and hands over rows.
  private func decode(
    _ session: EditSession, plan: EditPlan, store: LatentFile, base: (Int) throws -> PictureRows,
    write: (PictureRows) throws -> Void
  ) throws {
    var decoder = CanvasDecoder(codec: session.model.codec, canvas: plan.canvas) {
      try store.read(.latents(before: plan.steps), rows: $0)
    }
    var finish = UpscaleFinish(edit: self)
    let border = border(for: session.model)
    // Rows of the picture done, and the row of it that the next band begins at.
    var (done, top) = (0, -border)
    while done < height, let band = try decoder.next() {
      try session.cancellation.check()
      let end = min(height, top + band.height)
      if end > done {
        let rows = band.cropped(to: PixelRect(x: border, y: done - top, width: width, height: end - done))
        try write(finish.push(rows, base: try base(end - done)))
        done = end
        session.observe(.portion(Double(done) / Double(height)))
      }
      top += band.height
    }
  }
}
