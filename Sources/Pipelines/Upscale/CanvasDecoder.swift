import ImageProcessing
import Images
import LatentEditing
import Tensors

/// Decodes stored latents from top to bottom, in bands that overlap by what the autoencoder reaches.
struct CanvasDecoder {
  let canvas: Canvas
  private var codec: any LatentCodec
  private let read: (Range<Int>) throws -> Tensor
  private var row = 0

  /// Latent rows decoded at a time: 256 pixels.
  private static let band = 32

  /// - Parameter read: rows of the latents, (channels, rows.count, width).
  init(codec: any LatentCodec, canvas: Canvas, read: @escaping (Range<Int>) throws -> Tensor) {
    self.codec = codec
    self.canvas = canvas
    self.read = read
  }

  /// The next rows of the picture, encoded sRGB in 0...1, or nil after the last.
  mutating func next() throws -> FloatImage? {
    guard row < canvas.height else { return nil }
    let margin = codec.margin.decoder
    let core = row..<min(canvas.height, row + Self.band)
    let wide = max(0, core.lowerBound - margin)..<min(canvas.height, core.upperBound + margin)
    row = core.upperBound
    let pixels = try codec.decode(
      try read(wide),
      rect: CellRect(x: 0, y: core.lowerBound - wide.lowerBound, width: canvas.width, height: core.count),
      wrap: .none)
    return FloatImage(picture: pixels)
  }
}
