import LatentEditing
import Models

/// How the canvas of an enlargement is cut into what the model sees at once.
struct UpscaleWindows {
  /// Pixels, multiples of the token's side.
  let side: Int
  let overlap: Int

  /// Windows of the model's native size unless the settings say otherwise, which overlap by 16 + 64 x strength
  /// pixels: the more is invented, the wider neighbours have to agree.
  init(sampling: SamplingSettings, strength: Float, model: Model) {
    let token = model.tokenSide
    let native = max(model.defaults.width, model.defaults.height)
    let wanted = sampling.window ?? model.defaults.trainedSide ?? native
    side = max(token, wanted / token * token)
    let needed = sampling.overlap ?? Int((16 + 64 * strength).rounded(.up))
    overlap = min(side - token, (needed + token - 1) / token * token)
  }

  func windows(of canvas: Canvas, model: Model) throws -> [EditWindow] {
    let scale = model.codec.scale
    return try EditWindow.tiles(
      covering: canvas, width: side / scale, height: side / scale, overlap: overlap / scale,
      patch: model.transformer.configuration.patchSize)
  }

  /// An eighth of the window: what is wider than that, the windows may not choose for themselves.
  func anchorRadius(_ model: Model) -> Int { max(1, side / model.codec.scale / 8) }
}
