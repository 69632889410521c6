package import ImageProcessing
package import Images

/// A region of a picture filled from what surrounds it; no network is asked.
package struct FillEdit: Sendable {
  package let fill: RegionFill
  /// Of the picture's size, over 0 where it may change.
  package let mask: PlacedMask
  /// Parts of the mask that are worked on one by one, and which of them this edit is for.
  package var part: (all: MaskParts, index: Int)?
  package var seed: UInt64
  package var finish: FinishOptions

  package init(_ edit: InpaintEdit, fill: RegionFill) {
    (mask, part, seed, finish) = (edit.mask, edit.part, edit.settings.seed, edit.finish)
    self.fill = fill
  }

  /// The region with the surroundings that may be copied; inside the picture.
  package var rect: PixelRect {
    let box = part.map { $0.all.boxes[$0.index] } ?? mask.boundingBox() ?? mask.frame
    let reach = ExemplarCompletion.reach(around: box)
    return PixelRect(
      x: box.x - reach, y: box.y - reach, width: box.width + 2 * reach, height: box.height + 2 * reach
    ).intersection(PixelRect(x: 0, y: 0, width: mask.width, height: mask.height))
  }

  /// Fills the region.
  ///
  /// - Parameters:
  ///   - source: the pixels of `rect`, sRGB-encoded.
  ///   - guide: of the same place, what should be there: exemplars are chosen by it.
  package func run(source: FloatImage, guide: FloatImage? = nil) throws -> FinishedPatch {
    let whole = mask.cropped(to: rect)
    let own = part.map { $0.all.part($0.index, of: whole, at: rect) } ?? whole
    let filled =
      fill == .patch
      ? try ExemplarCompletion(seed: seed).fill(source, mask: whole, guide: guide)
      : try source.filled(fill, in: whole, seed: seed)
    return try Finisher(options: finish).finish(source: source, edited: filled, mask: own)
  }
}
