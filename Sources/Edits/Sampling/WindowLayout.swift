import LatentEditing
import Models

/// How a canvas is cut into what the model sees at once.
struct WindowLayout {
  /// Pixels, a multiple of the token's side.
  let side: Int
  let overlap: Int

  /// A canvas of up to four times the model's native area is one window unless `window` says otherwise: what
  /// the model sees at once holds together. Beyond that, windows of twice the native side overlap by a quarter.
  init(settings: DiffusionSettings, model: Model, width: Int, height: Int) {
    let token = model.tokenSide
    let native = model.defaults.width * model.defaults.height
    let isWhole = settings.window == nil && width * height <= 4 * native
    let wanted =
      isWhole ? max(width, height) : settings.window ?? 2 * max(model.defaults.width, model.defaults.height)
    side = max(token, wanted / token * token)
    overlap = min(side - token, (settings.overlap ?? side / 4) / token * token)
  }

  func windows(of canvas: Canvas, model: Model) throws -> [EditWindow] {
    let scale = model.codec.scale
    guard side < max(canvas.width, canvas.height) * scale else { return [EditWindow(rect: canvas.bounds)] }
    return try EditWindow.tiles(
      covering: canvas, width: side / scale, height: side / scale, overlap: overlap / scale,
      patch: model.transformer.configuration.patchSize)
  }
}
