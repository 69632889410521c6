package import Images

/// Closed-form matting: alpha where a trimap leaves it open, from a local linear colour model.
///
/// Source: Levin, Lischinski and Weiss, "A Closed-Form Solution to Natural Image Matting", PAMI 30 (2008). The
/// picture is read as it is encoded: measured on composites mixed in linear light and in sRGB values alike,
/// sRGB values gave the smaller or a nearly equal error.
///
/// Memory: about 30 bytes a pixel of the picture, and 400 bytes for each unknown pixel that is solved at a
/// time, of which tiles limit the number to 1.4 million.
package struct ClosedFormMatting: Sendable, Equatable {
  /// Keeps the colour model of a flat window from dividing by zero; relative to colours in 0...1.
  package var epsilon = 1e-7
  /// The residual, relative to the right side, at which the solver stops.
  package var tolerance = 1e-6
  /// Where the solver gives up and takes what it has.
  package var maximumIterations = 2000
  /// The unknown pixels up to which a picture is solved in one piece.
  package var tiledAbove = 1_000_000
  /// The side of a tile in pixels.
  package var tileSize = 1024
  /// How far a tile's solve reaches into its neighbours.
  package var tileOverlap = 64

  /// A picture with fewer unknown pixels is solved without looking at it from further away first.
  private static let coarsestUnknowns = 4000
  /// Epsilon of the model that carries a coarse alpha to the finer picture: noise should not pass for colour.
  private static let enlargementEpsilon = 1e-5

  package init() {}

  /// Solves for alpha in 0...1; known pixels come back as exactly 0 and 1.
  package func alpha(of picture: FloatImage, trimap: Trimap) throws(MattingError) -> Mask {
    try MattingError.checkSize(of: "the trimap", trimap.width, trimap.height, matches: picture)
    try trimap.checkBothSides()
    guard epsilon >= 1e-12, epsilon.isFinite else {
      throw .parameter(name: "epsilon", found: "\(epsilon)", expected: "1e-12 or more")
    }
    guard tileSize >= 16, tileOverlap >= 0 else {
      throw .parameter(
        name: "the tiles", found: "\(tileSize) with overlap \(tileOverlap)",
        expected: "a side of 16 pixels or more, an overlap of 0 or more")
    }
    return try solve(picture, trimap)
  }

  /// Solves at half the size first: its answer is where this size starts, so that few iterations are left
  /// for the slow, large shapes, and what a tile takes for its surroundings.
  private func solve(_ picture: FloatImage, _ trimap: Trimap) throws(MattingError) -> Mask {
    let colors = try ColorReader(picture)
    let unknownCount = trimap.unknownCount
    var alpha = trimap.grey
    if unknownCount > Self.coarsestUnknowns {
      let half = picture.halved()
      let model = ColorLinearModel(
        guide: try ColorReader(half), target: try solve(half, trimap.halved()), radius: 1,
        epsilon: Self.enlargementEpsilon)
      alpha = model.enlarged(to: trimap, colors, scale: 2)
    }
    let whole = PixelRect(x: 0, y: 0, width: picture.width, height: picture.height)
    if unknownCount <= tiledAbove {
      refine(&alpha, colors, trimap, region: whole, core: whole)
    } else {
      for y in stride(from: 0, to: picture.height, by: tileSize) {
        for x in stride(from: 0, to: picture.width, by: tileSize) {
          let region = PixelRect(
            x: x - tileOverlap, y: y - tileOverlap, width: tileSize + 2 * tileOverlap,
            height: tileSize + 2 * tileOverlap)
          let core = PixelRect(x: x, y: y, width: tileSize, height: tileSize)
          refine(&alpha, colors, trimap, region: region.intersection(whole), core: core)
        }
      }
    }
    return alpha
  }

  /// Solves the unknown pixels of `region`, starting from `alpha`, and keeps those in `core`.
  private func refine(
    _ alpha: inout Mask, _ colors: ColorReader, _ trimap: Trimap, region: PixelRect, core: PixelRect
  ) {
    let system = MattingSystem(
      colors: colors, trimap: trimap, alpha: alpha.values, region: region, epsilon: epsilon)
    let solution = ScratchBuffer<Double>(count: system.count + 1, repeating: 0)
    for row in 0..<system.count { solution[row] = Double(alpha.values[Int(system.pixels[row])]) }
    let preconditioner = MattingPreconditioner(system, colors: colors, width: trimap.width)
    _ = system.solve(
      solution, preconditioner: preconditioner, tolerance: tolerance, maximumIterations: maximumIterations)
    for row in 0..<system.count {
      let pixel = Int(system.pixels[row])
      let x = pixel % alpha.width
      let y = pixel / alpha.width
      guard x >= core.x, x < core.maxX, y >= core.y, y < core.maxY else { continue }
      alpha.values[pixel] = Float(min(1, max(0, solution[row])))
    }
  }
}
