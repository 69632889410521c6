import ImageProcessing
import Images
import Testing

@testable import Matting

@Suite struct MatteRequestTests {
  private static let side = 96
  private static let truth = SyntheticMatte.disc(width: side, height: side, radius: 28, softness: 4)
  /// Mixed in linear light, as a camera does.
  private static let picture = SyntheticMatte.plain(truth).mapped(SRGBCurve.encoded)

  private static let box = PixelRect(x: 12, y: 12, width: 72, height: 72)
  private static let binary = Mask(width: side, height: side, values: truth.values.map { $0 >= 0.5 ? 1 : 0 })

  private static func sources() throws -> [MatteRequest.Source] {
    var scribbles = Scribbles(
      width: side, height: side, marks: [Scribbles.Mark](repeating: .none, count: side * side))
    for i in 38..<58 { scribbles.marks[48 * side + i] = .foreground }
    for i in 2..<90 { scribbles.marks[5 * side + i] = .background }
    return [
      .mask(binary), .trimap(try Trimap(mask: truth, erode: 2, dilate: 2)), .rectangle(box),
      .scribbles(scribbles),
    ]
  }

  @Test func everySourceFindsTheDisc() throws {
    // The matte is solved on encoded values and the picture was mixed in linear light: measured mean 0.004 over
    // all pixels. The binary mask itself is off by 0.019.
    for source in try Self.sources() {
      var request = MatteRequest(source)
      // GrabCut's border may lie anywhere in the soft one, four pixels wide.
      request.unknownRadius = 6
      let matte = try request.matte(of: Self.picture)
      #expect(matte.alpha.meanDifference(Self.truth) < 0.008)
    }
  }

  @Test func everyRefinementFindsTheDisc() throws {
    for (refinement, limit) in [
      (MatteRequest.Refinement.closedForm(ClosedFormMatting()), Float(0.008)),
      (.guidedFilter(GuidedFilterMatting()), 0.015),
    ] {
      let matte = try MatteRequest(.mask(Self.binary), refinement: refinement).matte(of: Self.picture)
      #expect(matte.alpha.meanDifference(Self.truth) < limit)
    }
    let unrefined = try MatteRequest(.mask(Self.binary), refinement: .none).matte(of: Self.picture)
    #expect(unrefined.alpha == Self.binary)
  }

  @Test func theGuidedFilterCarriesATrimapsAlphaUp() throws {
    // More unknown pixels than are solved at full size, so the alpha of half the size is enlarged.
    let truth = SyntheticMatte.disc(width: 320, height: 320, radius: 90, softness: 60)
    let picture = SyntheticMatte.plain(truth)
    let trimap = try Trimap(mask: truth, erode: 4, dilate: 4)
    #expect(trimap.unknownCount > 20_000)
    let alpha = try GuidedFilterMatting().alpha(of: picture, trimap: trimap)
    // With constant colours the model is exact but for epsilon. Measured: 0.004.
    #expect(alpha.largestDifference(truth) < 0.02)
  }

  @Test func putsTheForegroundOverANewBackgroundWithoutTheOld() throws {
    let green = FloatImage(
      width: Self.side, height: Self.side, channels: 3,
      samples: (0..<Self.side * Self.side).flatMap { _ in [Float(0.1), 0.7, 0.2] })
    let expected = SyntheticMatte.composite(
      Self.truth, foreground: { _, _ in [0.8, 0.35, 0.2] },
      background: { _, _ in
        SIMD3(SRGBCurve.linear(0.1), SRGBCurve.linear(0.7), SRGBCurve.linear(0.2))
      }
    ).mapped(SRGBCurve.encoded)
    func error(decontamination: Float) throws -> Float {
      var request = MatteRequest(.alpha(Self.truth))
      request.source = .trimap(try Trimap(mask: Self.truth, erode: 1, dilate: 1))
      request.decontamination = decontamination
      let result = try request.matte(of: Self.picture).over(green)
      return zip(result.samples, expected.samples).map { abs($0 - $1) }.reduce(0, +)
        / Float(result.samples.count)
    }
    // Blue would shine through the border where the old colours are kept.
    #expect(try error(decontamination: 1) < 0.004)
    #expect(try error(decontamination: 1) < 0.6 * error(decontamination: 0))
  }

  @Test func keepsThePicturesSamplesWhereAlphaIsOne() throws {
    var random = TestRandom(1)
    var picture = Self.picture
    for index in picture.samples.indices { picture.samples[index] += 0.05 * (random.unit() - 0.5) }
    let matte = try MatteRequest(.mask(Self.binary)).matte(of: picture)
    let result = try matte.over(FloatImage(width: Self.side, height: Self.side, channels: 3, repeating: 0.5))
    var solid = 0
    for pixel in matte.alpha.values.indices {
      for index in pixel * 3..<pixel * 3 + 3 {
        if matte.alpha.values[pixel] == 1 {
          solid += 1
          #expect(result.samples[index] == picture.samples[index])
        }
        if matte.alpha.values[pixel] == 0 { #expect(result.samples[index] == 0.5) }
      }
    }
    #expect(solid > 3000)
  }

  @Test func takesThePicturesAlphaAsItIs() throws {
    let matte = try MatteRequest(.alpha(Self.truth)).matte(of: Self.picture)
    #expect(matte.alpha == Self.truth)
    #expect(matte.foreground == Self.picture)
    #expect(matte.background == nil)
  }

  @Test func cutsOutStraightOrPremultiplied() throws {
    let matte = Matte(
      alpha: Mask(width: 2, height: 1, values: [0.25, 1]),
      foreground: FloatImage(width: 2, height: 1, channels: 3, samples: [0.8, 0.4, 0.2, 0.1, 0.2, 0.3]),
      background: nil)
    #expect(matte.cutOut(premultiplied: false).samples == [0.8, 0.4, 0.2, 0.25, 0.1, 0.2, 0.3, 1])
    #expect(matte.cutOut(premultiplied: true).samples == [0.2, 0.1, 0.05, 0.25, 0.1, 0.2, 0.3, 1])
  }

  @Test func narrowsTheBandWhereTheForegroundIsThin() throws {
    var mask = Mask(width: 40, height: 40)
    for x in 0..<40 { for y in 19..<22 { mask[x, y] = 1 } }
    let trimap = try Trimap(around: mask, radius: 12)
    #expect(trimap.labels[20 * 40 + 20] == .foreground)
    #expect(trimap.labels[0] == .background)
  }

  @Test func refusesMasksWithOneSide() {
    #expect(throws: MattingError.missingLabel(what: "the mask", missing: "foreground (white)")) {
      try MatteRequest(.mask(Mask(width: Self.side, height: Self.side))).matte(of: Self.picture)
    }
    #expect(throws: MattingError.self) {
      try MatteRequest(.mask(Mask(width: 3, height: 3))).matte(of: Self.picture)
    }
  }
}
