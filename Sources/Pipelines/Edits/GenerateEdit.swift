package import Images
import LatentEditing

/// A picture from a prompt: no source, one canvas, every cell free.
package struct GenerateEdit: Sendable {
  package var settings: DiffusionSettings
  /// Pixels; nil is the model's native size.
  package var width: Int?
  package var height: Int?

  package init(settings: DiffusionSettings, width: Int?, height: Int?) {
    self.settings = settings
    self.width = width
    self.height = height
  }

  /// The picture, encoded sRGB in 0...1, and the latents it was decoded from.
  package func run(_ session: inout EditSession) throws -> (picture: FloatImage, outcome: EditSession.Outcome)
  {
    let (width, height) = try size(for: session.model)
    let scale = session.model.codec.scale
    let canvas = Canvas(
      channels: session.model.codec.latentChannels, height: height / scale, width: width / scale)
    let outcome = try session.denoise(settings, canvas: canvas)
    let picture = try session.stage(.decoding) { session in
      var codec = session.model.codec
      return FloatImage(picture: try codec.decode(outcome.latents, wrap: .none))
    }
    return (picture, outcome)
  }

  private func size(for model: Model) throws(PipelineError) -> (width: Int, height: Int) {
    let (width, height) = (width ?? model.defaults.width, height ?? model.defaults.height)
    let side = model.tokenSide
    for (name, length) in [("width", width), ("height", height)] {
      guard (side...16384).contains(length), length % side == 0 else {
        throw PipelineError(
          .usage,
          "--\(name) \(length): expected a multiple of \(side) from \(side) to 16384; the nearest is "
            + "\(min(16384, max(side, (length + side / 2) / side * side))).")
      }
    }
    return (width, height)
  }
}
