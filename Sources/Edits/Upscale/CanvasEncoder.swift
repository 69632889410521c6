import ImageProcessing
import Images
import LatentEditing
import Tensors

/// Encodes a picture that arrives from top to bottom, in bands that overlap by what the autoencoder reaches.
///
/// The canvas is the picture with a border all round in which it is mirrored.
struct CanvasEncoder {
  let canvas: Canvas
  let width: Int
  let height: Int
  let border: Int
  private var codec: any LatentCodec
  private var fade: BandFade
  /// The canvas's next row of latents.
  private var row: Int
  /// The picture's rows that are still needed, from row `first` on.
  private var rows = FloatImage(width: 0, height: 0, channels: 3)
  private var first = 0

  /// Latent rows encoded at a time: 256 pixels.
  private static let band = 32

  /// - Parameters:
  ///   - width, height, border: of the picture and round it, in pixels.
  ///   - start: rows of latents that are there already. Bands that fade into each other begin anew.
  init(codec: any LatentCodec, canvas: Canvas, width: Int, height: Int, border: Int, from start: Int) {
    self.codec = codec
    self.canvas = canvas
    self.width = width
    self.height = height
    self.border = border
    fade = BandFade(rowLength: canvas.channels * canvas.width)
    row = codec.fade == 0 ? start : 0
  }

  /// The next rows of latents and where they begin, or nil after the last.
  ///
  /// - Parameter next: hands over the next so many rows of the picture.
  mutating func next(_ next: (Int) throws -> FloatImage) throws -> (latents: Tensor, row: Int)? {
    guard row < canvas.height else { return nil }
    let scale = codec.scale
    let band = BandSpan(
      row: row, band: Self.band, height: canvas.height, margin: codec.margin.encoder,
      fade: codec.fade)
    let top = band.read.lowerBound * scale - border
    // The lower border mirrors rows above it.
    try drop(before: max(0, min(top, height - 2 * border - scale * Self.band)), next: next)
    let missing = min(height, band.read.upperBound * scale - border) - (first + rows.height)
    if missing > 0 { rows = rows.appending(try next(missing)) }

    let shown = PixelRect(
      x: -border, y: top - first, width: canvas.width * scale, height: band.read.count * scale)
    let latents = try codec.encode(
      rows.cropped(to: shown).picture(), rect: canvas.rect(of: band.keptInRead), wrap: .none)
    let finished = fade.join(latents.rowsFirst.values, shared: band.shared)
    let start = row == 0 ? 0 : row - codec.fade
    row = band.core.upperBound
    let count = finished.count / (canvas.channels * canvas.width)
    return (Tensor(finished, shape: [count, canvas.channels, canvas.width]).rowsFirst, start)
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

extension FloatImage {
  /// One above the other.
  func appending(_ other: FloatImage) -> FloatImage {
    FloatImage(
      width: other.width, height: height + other.height, channels: channels, samples: samples + other.samples)
  }
}
