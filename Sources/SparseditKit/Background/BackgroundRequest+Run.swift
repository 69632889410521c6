import ImageCodecs
import ImageProcessing
import Images
import Tensors

extension BackgroundRequest {
  /// Cuts the foreground out and puts it over the new background; no model is needed.
  ///
  /// - Parameter progress: called with every notice.
  @discardableResult
  public func run(
    to output: OutputRequest, progress: (EditProgress) -> Void = { _ in }
  ) throws(SparseditError) -> EditReport {
    try translatingErrors {
      let start = ContinuousClock.now
      try check(output)
      if case .transparent = background { try Self.checkAlpha(output.path) }
      progress(.stage(.encodingImage))
      let cut = try CutPicture(self)
      progress(.stage(.finishing))
      let recipe = Recipe(
        verb: "background", version: Sparsedit.version, model: "none", prompt: "", negativePrompt: "",
        steps: 0,
        sampler: "none", guidance: 0, seed: 0, width: cut.picture.width, height: cut.picture.height,
        options: recipeOptions.merging(backgroundOptions) { first, _ in first })
      let result =
        switch background {
        case .transparent: try cut.cutOut(for: output.path)
        default: try cut.composite(over: try newBackground(for: cut))
        }
      var report = EditReport(
        output: output.path, width: cut.picture.width, height: cut.picture.height, seed: 0, steps: 0,
        model: "none")
      try cut.write(result, to: output, recipe: recipe, into: &report)
      for notice in report.notices { progress(.notice(notice)) }
      report.seconds.total = (ContinuousClock.now - start) / .seconds(1)
      report.peakMemoryBytes = ProcessMemory.peak
      return report
    }
  }

  private func newBackground(for cut: CutPicture) throws -> FloatImage {
    let (width, height) = (cut.picture.width, cut.picture.height)
    switch background {
    case .transparent:
      return FloatImage(width: width, height: height, channels: 3)
    case .color(let red, let green, let blue):
      var plane = FloatImage(width: width, height: height, channels: 3)
      for base in stride(from: 0, to: plane.samples.count, by: 3) {
        plane.samples[base] = red
        plane.samples[base + 1] = green
        plane.samples[base + 2] = blue
      }
      return plane
    case .picture(let path):
      let image = try ImageReader.decode(path: path)
      let color = try WorkingColor(header: image.header, name: path, writesBack: false)
      return try color.pixels(of: image, in: image.bounds).color.covering(width: width, height: height)
    }
  }
}

extension CutPicture {
  /// Writes the result and every other output that was asked for, and fills in what the report says of them.
  func write(
    _ result: Image, to output: OutputRequest, recipe: Recipe, into report: inout EditReport
  ) throws {
    let options = output.encodingOptions(protecting: request.inputs)
    report.notices += notices
    if let path = request.matteOutput {
      try MaskFile.write(matte.alpha, to: path, sampleType: .uint16, options: options)
    }
    if let path = request.cutOutOutput {
      report.notices += try ImageWriter.encode(try cutOut(for: path), to: path, options: options)
    }
    if let path = request.plateOutput {
      report.notices += try ImageWriter.encode(try plate(), to: path, options: options)
    }
    var result = result
    result.header.metadata.recipe =
      output.recordsRecipe ? try recipe.following(picture.header.metadata.recipe).parameters() : nil
    report.notices += try ImageWriter.encode(result, to: output.path, options: options)
    let check = try OutputCheck(source: request.image, output: output.path, mask: PlacedMask(kept))
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
