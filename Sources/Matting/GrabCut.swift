package import Images

/// Separates foreground from background by colour and contrast, from a rectangle or scribbles.
///
/// Source: Rother, Kolmogorov and Blake, "GrabCut: Interactive Foreground Extraction using Iterated Graph Cuts"
/// (2004). The picture is read as it is encoded. A picture above `wholeUpTo` pixels is segmented at a reduced
/// size; each finer size then cuts again in a band around the border that the coarser one found, so an object
/// thinner than the reduction cannot appear there. Memory: 110 bytes a free pixel of the reduced size, and 12
/// bytes a pixel of the picture.
package struct GrabCut: Sendable, Equatable {
  /// Gaussians in each of the two mixtures.
  package var components = 5
  /// Rounds of learning and cutting; fewer when nothing changes any more.
  package var iterations = 5
  /// The price of a border between two pixels of one colour, in units of log-likelihood.
  package var gamma = 50.0
  /// The number of pixels up to which a picture is cut as a whole.
  package var wholeUpTo = 200_000
  /// The band's reach on either side of the border, in pixels of the finer size.
  package var bandRadius = 4

  package init() {}

  /// Returns a mask of 0 and 1; marked pixels keep what the marks say.
  package func segment(_ picture: FloatImage, scribbles: Scribbles) throws(MattingError) -> Mask {
    try MattingError.checkSize(
      of: "the scribbles' picture", scribbles.width, scribbles.height, matches: picture)
    guard scribbles.marks.contains(.background) else {
      throw .missingLabel(what: "the scribbles' picture", missing: "background")
    }
    guard scribbles.marks.contains(where: { $0 != .background }) else {
      throw .missingLabel(what: "the scribbles' picture", missing: "foreground or undecided pixel")
    }
    let (segmentation, _) = try segment(picture, scribbles)
    return Mask(
      width: picture.width, height: picture.height, values: segmentation.inside.map { $0 ? 1 : 0 })
  }

  private func segment(
    _ picture: FloatImage, _ scribbles: Scribbles
  ) throws(MattingError) -> (Segmentation, ColorMixtures) {
    let (pixels, overflow) = picture.width.multipliedReportingOverflow(by: picture.height)
    guard !overflow, pixels > wholeUpTo else { return try cutWhole(picture, scribbles) }
    let (coarse, mixtures) = try segment(picture.halved(), scribbles.halved())
    var segmentation = Segmentation(doubling: coarse, scribbles: scribbles)
    let band = segmentation.band(radius: bandRadius)
    let free = band.indices.map { band[$0] && scribbles.marks[$0] == .none }
    segmentation.cut(try ContrastColors(picture), free: free, mixtures: mixtures, gamma: gamma)
    return (segmentation, mixtures)
  }

  private func cutWhole(
    _ picture: FloatImage, _ scribbles: Scribbles
  ) throws(MattingError) -> (Segmentation, ColorMixtures) {
    let colors = try ContrastColors(picture)
    var segmentation = Segmentation(scribbles: scribbles)
    let free = scribbles.marks.map { $0 == .none }
    // Marked foreground is a better teacher than everything unmarked.
    let marked = scribbles.marks.contains(.foreground)
    var mixtures = ColorMixtures(
      colors.reader, foreground: scribbles.marks.map { marked ? $0 == .foreground : $0 == .none },
      background: scribbles.marks.map { $0 == .background }, components: components)
    for round in 0..<max(1, iterations) {
      if round > 0 || !marked { mixtures.refit(colors.reader, inside: segmentation.inside) }
      let before = segmentation.inside
      segmentation.cut(colors, free: free, mixtures: mixtures, gamma: gamma)
      if segmentation.inside == before { break }
    }
    return (segmentation, mixtures)
  }
}
