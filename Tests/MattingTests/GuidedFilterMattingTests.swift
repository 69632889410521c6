import Images
import Testing

@testable import Matting

@Suite struct GuidedFilterMattingTests {
  @Test func drawsAStaircaseTowardsTheEdge() throws {
    // The picture's ramp is 12 pixels wide, the mask cuts it at its middle. In windows wider than the ramp the
    // best linear fit of a step by the ramp leaves part of the step: measured, the mean error falls to under
    // half of the mask's.
    let truth = SyntheticMatte.ramp(width: 96, height: 40, from: 42, to: 54)
    let mask = Mask(width: 96, height: 40, values: truth.values.map { $0 >= 0.5 ? 1 : 0 })
    let trimap = try Trimap(mask: mask, erode: 10, dilate: 10)
    let alpha = try GuidedFilterMatting().alpha(of: SyntheticMatte.plain(truth), mask: mask, trimap: trimap)
    #expect(alpha.meanDifference(truth) < 0.5 * mask.meanDifference(truth))
  }

  @Test func reproducesAMaskThatIsAFunctionOfColor() throws {
    // alpha = a . colour + b holds everywhere, so the filter's model is exact but for epsilon's pull on a flat
    // window, where it holds as well. Radius 5 is computed at full size, radius 16 at half.
    let truth = SyntheticMatte.disc(width: 80, height: 80, radius: 20, softness: 30)
    let trimap = try Trimap(mask: truth, erode: 2, dilate: 2)
    for (radius, tolerance) in [(5, Float(0.01)), (16, 0.02)] {
      var filter = GuidedFilterMatting()
      filter.radius = radius
      let alpha = try filter.alpha(of: SyntheticMatte.plain(truth), mask: truth, trimap: trimap)
      #expect(alpha.largestDifference(truth) < tolerance)
    }
  }

  @Test func meanOfABoxCountsOnlyPixelsThatExist() {
    let picture = FloatImage(width: 3, height: 2, channels: 1, samples: [1, 2, 3, 4, 5, 6])
    #expect(picture.boxMean(radius: 1).samples == [3, 3.5, 4, 3, 3.5, 4])
    #expect(picture.boxMean(radius: 9).samples == [3.5, 3.5, 3.5, 3.5, 3.5, 3.5])
  }
}
