import Grading
import ImageCodecs
import ImageProcessing
import Images

extension PictureTools {
  /// Grades a picture row by row; only the mask is held whole.
  ///
  /// From JPEG to JPEG under a mask the picture is held too, and the blocks that the mask does not touch are copied.
  @discardableResult
  public static func adjust(
    _ request: AdjustRequest, to output: OutputRequest, cancellation: Cancellation = Cancellation()
  ) throws(SparseditError) -> AdjustReport {
    try translatingErrors {
      let inputs = [request.image] + [request.mask, request.lookup].compactMap { $0 }
      try output.check(protecting: inputs)
      let steps = try request.steps()
      let reader = try ImageReader(path: request.image)
      let header = reader.header
      var notices: [String] = []
      let space = space(of: header, request.image, notices: &notices)
      let pipeline = try GradingPipeline(steps, space: space, format: header.format)
      let mask = try request.weights(over: header, notices: &notices)
      let options = output.encodingOptions(protecting: inputs)
      let recipe = request.recipe(width: header.width, height: header.height)
      let isJPEG = FileFormat(path: output.path) == .jpeg
      let copiesBlocks = isJPEG && mask != nil && JPEGPatcher.obstacle(for: header, options: options) == nil
      let writer =
        copiesBlocks
        ? nil
        : try ImageWriter(path: output.path, header: try output.header(header, recipe), options: options)
      var comparison = try PictureComparison(header, header)
      var graded: [UInt8] = []
      try forEachBand(of: reader, cancellation) { rows, first in
        let pixels = first * header.width..<first * header.width + rows.count / header.format.pixelBytes
        let weights = mask.map { Array($0.values[pixels]) }
        let before = rows
        try pipeline.process(&rows, mask: weights)
        try comparison.add(before, rows, mask: weights)
        if let writer { try writer.writeRows(rows) } else { graded += rows }
      }
      try writer?.finish()
      notices = reader.notices + notices + (writer?.notices ?? [])
      if copiesBlocks, let mask {
        notices += try patch(
          Image(header: header, bytes: graded), mask, over: request.image, to: output, recipe, options)
      } else if isJPEG, mask != nil {
        notices.append(
          "JPEG compresses the whole picture anew: pixels outside the mask are close, not identical")
      }
      return AdjustReport(
        output: output.path, width: header.width, height: header.height, format: header.format.description,
        changedPixels: comparison.inside.changedPixels + comparison.outside.changedPixels,
        maxDifferenceOutsideMask: isJPEG ? nil : comparison.outside.all.maximum, notices: notices)
    }
  }

  /// Writes what changed in a JPEG file over the file's own blocks.
  private static func patch(
    _ graded: Image, _ mask: Mask, over original: String, to output: OutputRequest,
    _ recipe: Recipe, _ options: EncodingOptions
  ) throws -> [String] {
    let color = try WorkingColor(header: graded.header, name: original)
    let patch = Patch(
      rect: graded.bounds, color: color.pixels(of: graded, in: graded.bounds).color, changed: mask)
    return try JPEGPatcher.write(
      [patch], over: original, header: try output.header(graded.header, recipe), color: color,
      to: output.path, options: options)
  }
}

extension OutputRequest {
  /// A source's header with a new recipe, or without one where that is not wanted.
  fileprivate func header(_ header: ImageHeader, _ recipe: Recipe) throws -> ImageHeader {
    var header = header
    header.metadata.recipe =
      recordsRecipe ? try recipe.following(header.metadata.recipe).parameters() : nil
    return header
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
