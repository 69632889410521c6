import Grading
import ImageCodecs
import ImageProcessing
import Images

extension AdjustRequest: PictureEdit {
  package var needsNoModel: Bool { true }

  /// Grades a picture row by row; only the mask is held whole.
  ///
  /// From JPEG to JPEG under a mask the picture is held too, and the blocks that the mask does not touch are copied.
  package func run(_ observer: EditObserver, to output: OutputRequest) throws -> EditReport {
    let path = try image.known
    var notices: [String] = []
    let steps = try steps(&notices)
    let reader = try ImageReader(path: path)
    let header = reader.header
    let space = WorkingSpace.of(header, path, notices: &notices)
    let pipeline = try GradingPipeline(steps, space: space, format: header.format)
    let mask = try weights(over: header, notices: &notices)
    let options = output.encodingOptions(protecting: inputPaths)
    let recipe = Recipe(of: self, width: header.width, height: header.height)
    let isJPEG = FileFormat(path: output.path) == .jpeg
    let copiesBlocks = isJPEG && mask != nil && JPEGPatcher.obstacle(for: header, options: options) == nil
    let writer =
      copiesBlocks
      ? nil
      : try ImageWriter(path: output.path, header: try output.header(header, recipe), options: options)
    var comparison = try PictureComparison(header, header)
    var graded: [UInt8] = []
    try reader.forEachBand(observer.cancellation) { rows, first in
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
      notices += try Self.patch(
        Image(header: header, bytes: graded), mask, over: path, to: output, recipe, options)
    } else if isJPEG, mask != nil {
      notices.append(
        "JPEG compresses the whole picture anew: pixels outside the mask are close, not identical")
    }
    var report = EditReport(output: output.path, width: header.width, height: header.height)
    report.format = header.format.description
    report.changedPixels = comparison.inside.changedPixels + comparison.outside.changedPixels
    report.maxDifferenceOutsideMask = isJPEG ? nil : comparison.outside.all.maximum
    report.notices = notices
    return report
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
    guard let path = try mask?.known else {
      guard !invertMask, maskGrow == 0, maskFeather == 0 else {
        throw SparseditError(.usage, "a mask's settings were given without a mask; add --mask FILE")
      }
      return nil
    }
    let (read, found) = try MaskFile.read(path: path)
    notices += found
    try read.check(path, over: header, image.description)
    var result = invertMask ? read.inverted() : read
    if maskGrow > 0 { result = result.grown(by: Float(maskGrow)) }
    if maskGrow < 0 { result = result.shrunk(by: Float(-maskGrow)) }
    if maskFeather > 0 { result = result.feathered(.pixels(maskFeather)).alpha }
    return result
  }
}
