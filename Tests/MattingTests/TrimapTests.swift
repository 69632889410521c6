import Images
import Testing

@testable import Matting

@Suite struct TrimapTests {
  @Test func opensABandOfTheStatedRadii() throws {
    // A half plane: columns 0...9 are foreground. Column 9 is 1 pixel from the outside, column 10 from the inside.
    var mask = Mask(width: 20, height: 8)
    for y in 0..<8 { for x in 0..<10 { mask[x, y] = 1 } }
    let trimap = try Trimap(mask: mask, erode: 2, dilate: 3)
    let row = (0..<20).map { trimap.labels[3 * 20 + $0] }
    #expect(row.prefix(8).allSatisfy { $0 == .foreground })
    #expect(row[8..<13].allSatisfy { $0 == .unknown })
    #expect(row.suffix(7).allSatisfy { $0 == .background })
  }

  @Test func radiusZeroKeepsABinaryMask() throws {
    let trimap = try Trimap(mask: Mask(width: 2, height: 1, values: [0, 1]), erode: 0, dilate: 0)
    #expect(trimap.labels == [.background, .foreground])
  }

  @Test func softValuesAreAlwaysUnknown() throws {
    let mask = Mask(width: 3, height: 1, values: [0, 0.9, 1])
    #expect(try Trimap(mask: mask, erode: 0, dilate: 0).labels == [.background, .unknown, .foreground])
  }

  @Test func readsGrey() {
    let grey = Mask(width: 5, height: 1, values: [0, 0.05, 0.5, 0.95, 1])
    #expect(Trimap(grey: grey).labels == [.background, .background, .unknown, .foreground, .foreground])
  }

  @Test func halvesToKnownOnlyWhereAllAgree() {
    let f = Trimap.Label.foreground
    let b = Trimap.Label.background
    let u = Trimap.Label.unknown
    let half = Trimap(width: 5, height: 2, labels: [f, f, f, b, b, f, f, f, u, b]).halved()
    #expect(half.labels == [f, u, b])
  }

  @Test func refusesNegativeAndNonsensicalRadii() {
    let mask = Mask(width: 1, height: 1)
    #expect(throws: MattingError.self) { try Trimap(mask: mask, erode: -1, dilate: 0) }
    #expect(throws: MattingError.self) { try Trimap(mask: mask, erode: 0, dilate: .nan) }
  }
}
