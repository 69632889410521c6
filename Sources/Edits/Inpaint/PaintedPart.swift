import ImageProcessing
import Images
import LatentEditing

/// A part of a mask with what was painted there.
struct PaintedPart {
  let crop: CropChoice
  let source: FloatImage
  var finished: FinishedPatch
  let outcome: EditSession.Outcome
  /// Of the part on the picture.
  let box: PixelRect
  let pixelCount: Int

  var report: EditReport.Region {
    EditReport.Region(
      x: box.x, y: box.y, width: box.width, height: box.height, pixels: pixelCount,
      modelWidth: crop.modelWidth, modelHeight: crop.modelHeight, seamRatio: finished.report.seamRatio)
  }

  /// What the user may want to do otherwise.
  var notices: [String] {
    let scale = Double(crop.modelWidth) / Double(crop.rect.width)
    guard scale < 0.5 else { return [] }
    return [
      "the region at \(box.x),\(box.y) is so large that the model saw it at \((scale * 100).rounded() / 100) of its "
        + "size; --whole-picture paints at full size, part by part, and takes longer"
    ]
  }
}

extension [PaintedPart] {
  /// What the forwards of all parts cost.
  var cost: DenoiserCost {
    var cost = DenoiserCost()
    for part in self { cost += part.outcome.cost }
    return cost
  }
}
