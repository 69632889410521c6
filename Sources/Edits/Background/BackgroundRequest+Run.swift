import ImageCodecs
import ImageProcessing
import Images

extension BackgroundRequest: PictureEdit {
  package var needsNoModel: Bool { words == nil }

  /// Cuts the foreground out and puts it over the new background; no model is needed.
  package func run(_ observer: EditObserver, to output: OutputRequest) throws -> EditReport {
    try check(output)
    observer.tell(.stage(.encodingImage))
    let cut = try CutPicture(self)
    observer.tell(.stage(.finishing))
    let recipe = Recipe(of: self, width: cut.picture.width, height: cut.picture.height)
    let result =
      isCutOut
      ? try cut.cutOut(for: output.path) : try cut.composite(over: try newBackground(for: cut))
    var report = EditReport(output: output.path, width: cut.picture.width, height: cut.picture.height)
    try cut.write(result, to: output, recipe: recipe, into: &report)
    return report
  }

  private func newBackground(for cut: CutPicture) throws -> FloatImage {
    let (width, height) = (cut.picture.width, cut.picture.height)
    if let path = try background?.known {
      let image = try ImageReader.decode(path: path)
      let color = try WorkingColor(header: image.header, name: path, writesBack: false)
      return try color.pixels(of: image, in: image.bounds).color.covering(width: width, height: height)
    }
    var plane = FloatImage(width: width, height: height, channels: 3)
    guard let (red, green, blue) = backgroundColor?.fractions else { return plane }
    for base in stride(from: 0, to: plane.samples.count, by: 3) {
      plane.samples[base] = red
      plane.samples[base + 1] = green
      plane.samples[base + 2] = blue
    }
    return plane
  }
}

extension CutPicture {
  /// Writes the result and every other output that was asked for, and fills in what the report says of them.
  func write(
    _ result: Image, to output: OutputRequest, recipe: Recipe, into report: inout EditReport
  ) throws {
    let options = output.encodingOptions(protecting: request.inputPaths)
    report.notices += notices
    if let path = output.matte {
      try MaskFile.write(matte.alpha, to: path, sampleType: .uint16, options: options)
    }
    if let path = output.cutOut {
      report.notices += try ImageWriter.encode(try cutOut(for: path), to: path, options: options)
    }
    if let path = output.plate {
      report.notices += try ImageWriter.encode(try plate(), to: path, options: options)
    }
    var result = result
    result.header.metadata.recipe =
      output.recordsRecipe ? try recipe.following(picture.header.metadata.recipe).parameters() : nil
    report.notices += try ImageWriter.encode(result, to: output.path, options: options)
    let check = try OutputCheck(
      source: request.image.known, output: output.path, mask: PlacedMask(kept))
    report.maxDifferenceOutsideMask = check.maximumOutside
    report.changedPixels = check.changedPixels
  }
}

extension FloatImage {
  /// The picture scaled until it covers the size, cut at its middle.
  fileprivate func covering(width newWidth: Int, height newHeight: Int) throws -> FloatImage {
    let scale = max(Double(newWidth) / Double(width), Double(newHeight) / Double(height))
    let fullWidth = max(newWidth, Int((Double(width) * scale).rounded()))
    let fullHeight = max(newHeight, Int((Double(height) * scale).rounded()))
    let full = try resized(width: fullWidth, height: fullHeight, filter: .lanczos3, inLinearLight: true)
    return full.cropped(
      to: PixelRect(
        x: (fullWidth - newWidth) / 2, y: (fullHeight - newHeight) / 2, width: newWidth, height: newHeight))
  }
}
