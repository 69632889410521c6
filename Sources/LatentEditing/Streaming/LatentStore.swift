package import Tensors

/// Where a canvas too large for the memory keeps its latents: planes of whole rows, and how far the work has come.
///
/// What was written and then recorded is still there after the process was killed.
package protocol LatentStore: AnyObject {
  /// - Returns: (channels, rows.count, width).
  func read(_ plane: LatentPlane, rows: Range<Int>) throws -> Tensor
  /// - Parameter latents: (channels, rows, width), the first of which becomes row `row` of the plane.
  func write(_ latents: Tensor, to plane: LatentPlane, at row: Int) throws
  /// Notes how far the work has come, after everything written before.
  func record(_ progress: StreamProgress) throws
}

/// A plane of latents of the canvas's size.
///
/// A step reads what the step before wrote and writes beside it: each plane of the run has two sides that change
/// places at every step, so that a step broken off anywhere can be taken again.
package struct LatentPlane: Sendable, Hashable {
  /// From 0; planes of lower numbers exist wherever this one does.
  package let index: Int

  /// The picture that is edited.
  package static let source = LatentPlane(index: 0)

  /// The noisy latents before step `step`, or the result after the last.
  package static func latents(before step: Int) -> LatentPlane { LatentPlane(index: 1 + step % 2) }

  /// What the sampler remembers before step `step`, its tensor number `number`.
  package static func history(_ number: Int, before step: Int) -> LatentPlane {
    LatentPlane(index: 3 + 2 * number + step % 2)
  }
}

/// How far a run over a stored canvas has come.
package struct StreamProgress: Sendable, Equatable {
  /// Rows of the source's latents that are in the store.
  package var sourceRows = 0
  /// Steps taken over the whole canvas.
  package var steps = 0
  /// Rows of windows that the step after them has done.
  package var windowRows = 0
  /// Tensors that the sampler remembers from the step before.
  package var history = 0
  package var cost = DenoiserCost()

  package init() {}
}
