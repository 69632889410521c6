package import Images

/// Turns an edited crop into a patch for its source: colours matched on the ring, the seam closed, alpha faded
/// inward from the mask's border.
package struct Finisher: Sendable {
  package var options: FinishOptions

  package init(options: FinishOptions = FinishOptions()) {
    self.options = options
  }

  /// - Parameters:
  ///   - source: the crop before the edit, sRGB-encoded, 3 channels.
  ///   - edited: the same place after it, of any size: it is brought to the source's.
  ///   - mask: the user's, over 0 where the picture may change, of the source's size.
  package func finish(source: FloatImage, edited: FloatImage, mask: Mask) throws -> FinishedPatch {
    let scaled = try edited.resized(width: source.width, height: source.height, filter: options.filter)
    try scaled.checkOverlay(of: source, mask: mask, channels: 3)
    guard mask.boundingBox() != nil else { throw ImageProcessingError.emptyMask }

    let (matched, matchReport) = try options.colorMatch.apply(to: scaled, source: source, mask: mask)
    var pixels = matched
    var steps = 0
    if options.seam == .poisson {
      (pixels, steps) = try PoissonSeam.clone(matched, into: source, mask: mask)
    }
    let (alpha, feather) = mask.feathered(options.feather)

    let result = try source.composited(with: pixels, alpha: alpha)
    let pasted = try source.composited(
      with: scaled,
      alpha: Mask(width: mask.width, height: mask.height, values: mask.values.map { $0 > 0 ? 1 : 0 }))
    return FinishedPatch(
      pixels: pixels, alpha: alpha,
      report: FinishReport(
        colorMatch: matchReport, feather: feather, poissonSteps: steps,
        seamRatio: result.seamRatio(along: mask), seamRatioBefore: pasted.seamRatio(along: mask)))
  }
}
