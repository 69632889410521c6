import ImageProcessing
import Images
import LatentEditing
import Tensors

/// Decodes stored latents from top to bottom, in bands that overlap by what the autoencoder reaches.
struct CanvasDecoder {
  let canvas: Canvas
  private var codec: any LatentCodec
  private let read: (Range<Int>) throws -> Tensor
  private var fade: BandFade
  private var row = 0

  /// Latent rows decoded at a time: 256 pixels.
  private static let band = 32

  /// - Parameter read: rows of the latents, (channels, rows.count, width).
  init(codec: any LatentCodec, canvas: Canvas, read: @escaping (Range<Int>) throws -> Tensor) {
    self.codec = codec
    self.canvas = canvas
    self.read = read
    fade = BandFade(rowLength: canvas.width * codec.scale * 3)
  }

  /// The next rows of the picture, encoded sRGB in 0...1, or nil after the last.
  mutating func next() throws -> FloatImage? {
    guard row < canvas.height else { return nil }
    let band = BandSpan(
      row: row, band: Self.band, height: canvas.height, margin: codec.margin.decoder, fade: codec.fade)
    row = band.core.upperBound
    let pixels = FloatImage(
      picture: try codec.decode(try read(band.read), rect: canvas.rect(of: band.keptInRead), wrap: .none))
    let finished = fade.join(pixels.samples, shared: band.shared * codec.scale)
    return FloatImage(
      width: pixels.width, height: finished.count / (pixels.width * 3), channels: 3, samples: finished)
  }
}
