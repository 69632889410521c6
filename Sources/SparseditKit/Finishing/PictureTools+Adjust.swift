import Grading
import ImageCodecs
import ImageProcessing
import Images

extension PictureTools {
  /// Grades a picture row by row; only the mask is held whole.
  @discardableResult
  public static func adjust(
    _ request: AdjustRequest, to output: OutputRequest, cancellation: Cancellation = Cancellation()
  ) throws(SparseditError) -> AdjustReport {
    try translatingErrors {
      let inputs = [request.image] + [request.mask, request.lookup].compactMap { $0 }
      try output.check(protecting: inputs)
      let steps = try request.steps()
      let reader = try ImageReader(path: request.image)
      var header = reader.header
      var notices: [String] = []
      let space = space(of: header, request.image, notices: &notices)
      let pipeline = try GradingPipeline(steps, space: space, format: header.format)
      let mask = try request.weights(over: header, notices: &notices)
      if !output.recordsRecipe { header.metadata.recipe = nil }
      let writer = try ImageWriter(
        path: output.path, header: header, options: output.encodingOptions(protecting: inputs))
      var comparison = try PictureComparison(header, header)
      try forEachBand(of: reader, cancellation) { rows, first in
        let pixels = first * header.width..<first * header.width + rows.count / header.format.pixelBytes
        let weights = mask.map { Array($0.values[pixels]) }
        let before = rows
        try pipeline.process(&rows, mask: weights)
        try comparison.add(before, rows, mask: weights)
        try writer.writeRows(rows)
      }
      try writer.finish()
      notices = reader.notices + notices + writer.notices
      let keepsSamples = writer.fileFormat != .jpeg
      if !keepsSamples, mask != nil {
        notices.append(
          "JPEG compresses the whole picture anew: pixels outside the mask are close, not identical")
      }
      return AdjustReport(
        output: output.path, width: header.width, height: header.height, format: header.format.description,
        changedPixels: comparison.inside.changedPixels + comparison.outside.changedPixels,
        maxDifferenceOutsideMask: keepsSamples ? comparison.outside.all.maximum : nil, notices: notices)
    }
  }
}

extension AdjustRequest {
  /// How much of the grading each pixel gets, or nil for all of it everywhere.
  fileprivate func weights(over header: ImageHeader, notices: inout [String]) throws -> Mask? {
    guard let path = mask else {
      guard !invertsMask, maskGrow == 0, maskFeather == 0 else {
        throw SparseditError(.usage, "a mask's settings were given without a mask; add --mask FILE")
      }
      return nil
    }
    let (read, found) = try MaskFile.read(path: path)
    notices += found
    try PictureTools.check(read, path, over: header, image)
    var result = invertsMask ? read.inverted() : read
    if maskGrow > 0 { result = result.grown(by: Float(maskGrow)) }
    if maskGrow < 0 { result = result.shrunk(by: Float(-maskGrow)) }
    if maskFeather > 0 { result = result.feathered(.pixels(maskFeather)).alpha }
    return result
  }
}
