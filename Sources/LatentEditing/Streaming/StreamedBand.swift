package import Tensors

/// A row of windows just done.
package struct StreamedBand: Sendable {
  /// The step it belongs to, from 0.
  package let step: Int
  package let steps: Int
  /// Rows of windows done in this step, this one included, of how many.
  package let windowRows: Int
  package let windowRowCount: Int
  /// The canvas's rows that the step is through with, and their clean latents as predicted.
  package let rows: Range<Int>
  package let prediction: Tensor

  /// Whether the step is through with the whole canvas.
  package var endsStep: Bool { windowRows == windowRowCount }
}
