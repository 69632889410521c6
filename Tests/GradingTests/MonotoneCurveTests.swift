import Testing

@testable import Grading

@Suite struct MonotoneCurveTests {
  private func curve(_ text: String) throws -> MonotoneCurve { try MonotoneCurve(parsing: text) }

  @Test func goesThroughItsPoints() throws {
    let curve = try curve("0,0.05 0.2,0.1 0.5,0.7 0.8,0.75 1,0.9")
    for point in curve.points { #expect(curve(point.x) == point.y) }
  }

  @Test func hermiteValueBetweenPoints() throws {
    // Slopes by hand: chords 0.4 and 1.6, so 0.4, 1.0, 1.6; no limit is reached. At t = 0.5 a Hermite segment
    // is the mean of its ends plus width * (start slope - end slope) / 8.
    let curve = try curve("0,0 0.5,0.2 1,1")
    #expect(abs(curve(0.25) - (0.1 + 0.5 * (0.4 - 1.0) / 8)) < 1e-6)
    #expect(abs(curve(0.75) - (0.6 + 0.5 * (1.0 - 1.6) / 8)) < 1e-6)
  }

  @Test func risingPointsNeverFallOrOvershoot() throws {
    let curve = try curve("0,0 0.1,0.01 0.15,0.9 0.5,0.9 0.9,0.92 1,1")
    var before = curve(0)
    for step in 1...4000 {
      let value = curve(Float(step) / 4000)
      // One unit in the last place of 1 is 1.2e-7: rounding may wobble by that, the curve may not.
      #expect(value >= before - 2.4e-7)
      before = value
    }
    #expect(curve(0.3) == 0.9)
  }

  @Test func identityIsExactEverywhere() throws {
    let curve = try curve("0,0 1,1")
    #expect(curve.isIdentity)
    for value: Float in [-3, -0.25, 0, 0.1, 0.7, 1, 2.5] { #expect(curve(value) == value) }
  }

  @Test func endsContinueOrHold() throws {
    let full = try curve("0,0 1,0.5")
    #expect(full(2) == 1)
    #expect(full(-1) == -0.5)
    let clipping = try curve("0.1,0 0.9,1")
    #expect(clipping(0.05) == 0)
    #expect(clipping(3) == 1)
    #expect(!clipping.isIdentity)
  }

  @Test(arguments: ["", "0,0", "0,0 0,1", "0.5,0 0.2,1", "a,b 1,1", "0,0 1", "0,0 nan,1", "0,0,0 1,1,1"])
  func refuses(_ text: String) {
    #expect(throws: GradingError.self) { try MonotoneCurve(parsing: text) }
  }
}
