package import Images
import LatentEditing
import Models

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
    let size = try session.model.size(width: width, height: height)
    return try session.generate(settings, width: size.width, height: size.height, wrap: .none)
  }
}

extension EditSession {
  /// Denoises and decodes a canvas without a source.
  mutating func draw(
    _ settings: DiffusionSettings, width: Int, height: Int, wrap: Wrap
  ) throws -> (picture: FloatImage, outcome: Outcome) {
    let scale = model.codec.scale
    let canvas = Canvas(
      channels: model.codec.latentChannels, height: height / scale, width: width / scale, wrap: wrap)
    let outcome = try denoise(settings, canvas: canvas)
    let picture = try stage(.decoding) { session in
      var codec = session.model.codec
      return FloatImage(picture: try codec.decode(outcome.latents, wrap: wrap))
    }
    return (picture, outcome)
  }
}

extension Model {
  /// The size of a new picture: as asked, else the model's own; refused when it is not whole tokens.
  func size(width: Int?, height: Int?) throws(PipelineError) -> (width: Int, height: Int) {
    let (width, height) = (width ?? defaults.width, height ?? defaults.height)
    for (name, length) in [("width", width), ("height", height)] {
      guard (tokenSide...16384).contains(length), length % tokenSide == 0 else {
        throw PipelineError(
          .usage,
          "--\(name) \(length): expected a multiple of \(tokenSide) from \(tokenSide) to 16384; the nearest is "
            + "\(min(16384, max(tokenSide, (length + tokenSide / 2) / tokenSide * tokenSide))).")
      }
    }
    return (width, height)
  }
}
