import ImageCodecs
import Images
import LatentEditing
package import Models
package import Tensors

/// Keeps a picture of the running edit on disk: at most one a second, and the last.
package final class PreviewWriter {
  private let path: String
  private var codec: any LatentCodec
  private var last: ContinuousClock.Instant?

  package init(path: String, model: Model) {
    self.path = path
    codec = model.codec
  }

  /// Decodes and writes clean latents. A preview that cannot be written does not stop the edit.
  package func show(_ prediction: Tensor, isLast: Bool) {
    let now = ContinuousClock.now
    if !isLast, let last, now - last < .seconds(1) { return }
    guard let picture = try? FloatImage(picture: codec.decode(prediction, wrap: .none)) else { return }
    var options = EncodingOptions()
    options.isDurable = false
    _ = try? ImageWriter.encode(Image(generated: picture), to: path, options: options)
    last = now
  }
}
