import LatentEditing
import Models

/// How a canvas is cut into what the model sees at once.
struct WindowLayout {
  /// Pixels, a multiple of the token's side.
  let side: Int
  let overlap: Int

  /// What the model sees at once holds together, so a window is as large as the largest picture it was trained on;
  /// windows overlap by a quarter. For a model that does not say what it was trained on, a canvas of up to four times
  /// its native area is one window, and larger ones get windows of twice its native side.
  init(sampling: SamplingSettings, model: Model, width: Int, height: Int) {
    let token = model.tokenSide
    let wanted = sampling.window ?? Self.standardSide(model.defaults, width: width, height: height)
    side = max(token, wanted / token * token)
    overlap = min(side - token, (sampling.overlap ?? side / 4) / token * token)
  }

  private static func standardSide(_ defaults: ModelDefaults, width: Int, height: Int) -> Int {
    if let trained = defaults.trainedSide { return trained }
    let isWhole = width * height <= 4 * defaults.width * defaults.height
    return isWhole ? max(width, height) : 2 * max(defaults.width, defaults.height)
  }

  func windows(of canvas: Canvas, model: Model) throws -> [EditWindow] {
    let scale = model.codec.scale
    guard side < max(canvas.width, canvas.height) * scale else { return [EditWindow(rect: canvas.bounds)] }
    return try EditWindow.tiles(
      covering: canvas, width: side / scale, height: side / scale, overlap: overlap / scale,
      patch: model.transformer.configuration.patchSize)
  }
}
