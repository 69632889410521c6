import LatentEditing
import Tensors

/// Collects the middle of the predictions of a canvas that passes by in bands.
struct MiddlePreview {
  let rect: CellRect
  private let canvas: Canvas
  private var bands: [Tensor] = []
  /// The middle of the last step that was seen whole.
  private(set) var latents: Tensor?

  /// - Parameters border, side: of the canvas round the picture, and of the part to be shown, in cells.
  init(canvas: Canvas, border: Int, side: Int) {
    self.canvas = canvas
    let (width, height) = (min(side, canvas.width - 2 * border), min(side, canvas.height - 2 * border))
    rect = CellRect(
      x: (canvas.width - width) / 2, y: (canvas.height - height) / 2, width: width, height: height)
  }

  mutating func take(_ band: StreamedBand) {
    let rows = band.rows.clamped(to: rect.y..<rect.y + rect.height)
    if !rows.isEmpty {
      let plane = Canvas(channels: canvas.channels, height: band.rows.count, width: canvas.width)
      bands.append(
        band.prediction.cut(
          CellRect(
            x: rect.x, y: rows.lowerBound - band.rows.lowerBound, width: rect.width, height: rows.count),
          from: plane))
    }
    guard band.endsStep else { return }
    if bands.reduce(0, { $0 + $1.shape[1] }) == rect.height {
      // Rows of each channel are joined, which lie apart: (rows, channels, width) is in one piece.
      latents = Tensor.concatenated(bands.map(\.rowsFirst)).rowsFirst
    }
    bands = []
  }
}
