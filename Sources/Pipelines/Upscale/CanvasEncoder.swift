import ImageProcessing
import Images
import LatentEditing
import Tensors

/// Encodes a picture that arrives from top to bottom, in bands that overlap by what the autoencoder reaches.
///
/// The canvas is the picture mirrored at its right and lower border to whole tokens.
struct CanvasEncoder {
  let canvas: Canvas
  let width: Int
  let height: Int
  private var codec: any LatentCodec
  /// The picture's rows that are still needed, from row `first` on.
  private var rows = FloatImage(width: 0, height: 0, channels: 3)
  private var first = 0

  /// Latent rows encoded at a time: 256 pixels.
  private static let band = 32

  /// - Parameters width, height: of the picture, in pixels.
  init(codec: any LatentCodec, canvas: Canvas, width: Int, height: Int) {
    self.codec = codec
    self.canvas = canvas
    self.width = width
    self.height = height
  }

  /// The rows of latents from `start` on, in one band.
  ///
  /// - Parameter next: hands over the next so many rows of the picture.
  mutating func encode(from start: Int, next: (Int) throws -> FloatImage) throws -> Tensor {
    let scale = codec.scale
    let margin = codec.margin.encoder
    let core = start..<min(canvas.height, start + Self.band)
    let wide = max(0, core.lowerBound - margin)..<min(canvas.height, core.upperBound + margin)
    let needed = wide.lowerBound * scale..<min(height, wide.upperBound * scale)
    try drop(before: needed.lowerBound, next: next)
    let missing = needed.upperBound - (first + rows.height)
    if missing > 0 { rows = rows.appending(try next(missing)) }

    let shown = PixelRect(
      x: 0, y: wide.lowerBound * scale - first, width: canvas.width * scale, height: wide.count * scale)
    return try codec.encode(
      rows.cropped(to: shown).picture(),
      rect: CellRect(x: 0, y: core.lowerBound - wide.lowerBound, width: canvas.width, height: core.count),
      wrap: .none)
  }

  /// Lets go of the rows before `row`; an interrupted run has not come to them yet and passes over them.
  private mutating func drop(before row: Int, next: (Int) throws -> FloatImage) throws {
    let dropped = min(row - first, rows.height)
    if dropped > 0 {
      rows = FloatImage(
        width: rows.width, height: rows.height - dropped, channels: 3,
        samples: Array(rows.samples[(dropped * rows.width * 3)...]))
      first += dropped
    }
    while first < row {
      first += try next(min(row - first, Self.band * codec.scale)).height
    }
  }
}

extension LatentCodec {
  /// Cells around a part that must be there for it to come out as it would in the whole; for an autoencoder whose
  /// cells all depend on each other, as many as seldom matter.
  var margin: CodecReach { reach ?? CodecReach(encoder: 16, decoder: 16) }
}

extension FloatImage {
  /// One above the other.
  func appending(_ other: FloatImage) -> FloatImage {
    FloatImage(
      width: other.width, height: height + other.height, channels: channels, samples: samples + other.samples)
  }
}
