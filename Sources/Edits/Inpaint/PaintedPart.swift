import ImageProcessing
import Images

/// A part of a mask with what was painted there.
struct PaintedPart {
  let crop: CropChoice
  let source: FloatImage
  var finished: FinishedPatch
  /// What the region was filled with, where that is shown.
  var fill: RegionFill?
  /// Of the part on the picture.
  let box: PixelRect
  let pixelCount: Int

  var report: EditReport.Region {
    EditReport.Region(
      x: box.x, y: box.y, width: box.width, height: box.height, pixels: pixelCount,
      modelWidth: crop.modelWidth, modelHeight: crop.modelHeight, seamRatio: finished.report.seamRatio,
      fill: fill?.rawValue)
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
