import Images
import Testing

@testable import Grading

@Suite struct ComparisonTests {
  private func header(_ format: PixelFormat, width: Int = 2, height: Int = 2) -> ImageHeader {
    ImageHeader(width: width, height: height, format: format)
  }

  private func bytes<Sample>(_ samples: [Sample]) -> [UInt8] { samples.withUnsafeBytes { [UInt8]($0) } }

  @Test func countsInsideAndOutsideApart() throws {
    let header = header(PixelFormat(.uint8, .rgb))
    var comparison = try PictureComparison(header, header)
    try comparison.add([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 9, 5], mask: [0, 1])
    try comparison.add([0, 0, 0, 7, 7, 7], [0, 255, 0, 7, 7, 7], mask: [0, 0.1])
    #expect(comparison.outside.pixels == 2 && comparison.outside.changedPixels == 1)
    #expect(comparison.outside.channels.map(\.maximum) == [0, 255, 0])
    #expect(comparison.inside.pixels == 2 && comparison.inside.changedPixels == 1)
    #expect(comparison.inside.channels.map(\.maximum) == [0, 4, 1])
    #expect(comparison.inside.all.sum == 5 && comparison.inside.all.changed == 2)
    #expect(comparison.inside.channels[1].mean == 2)
    #expect(abs(comparison.inside.channels[1].rootMeanSquare - 8.0.squareRoot()) < 1e-12)
  }

  @Test func worksAtNativeDepth() throws {
    let deep = header(PixelFormat(.uint16, .gray), height: 1)
    var comparison = try PictureComparison(deep, deep)
    try comparison.add(bytes([UInt16(1000), 65_535]), bytes([UInt16(1001), 0]))
    #expect(comparison.inside.all.maximum == 65_535 && comparison.inside.changedPixels == 2)
    #expect(comparison.outside.pixels == 0 && comparison.outside.all.mean == 0)
    let float = header(PixelFormat(.float32, .gray), height: 1)
    var floats = try PictureComparison(float, float)
    try floats.add(bytes([Float(2), -0.0]), bytes([Float(-1), 0.0]))
    // Zeros of other sign are no distance apart, but their bits differ.
    #expect(floats.inside.all.maximum == 3 && floats.inside.changedPixels == 2)
    try floats.add(bytes([Float.nan, .nan]), bytes([Float.nan, 0]))
    #expect(floats.inside.all.maximum == .infinity && floats.inside.changedPixels == 3)
  }

  @Test func refusesWhatCannotBeCompared() throws {
    let first = header(PixelFormat(.uint8, .rgb))
    #expect(throws: GradingError.self) { try PictureComparison(first, header(PixelFormat(.uint16, .rgb))) }
    #expect(throws: GradingError.self) {
      try PictureComparison(first, header(PixelFormat(.uint8, .rgb), width: 3))
    }
    var comparison = try PictureComparison(first, first)
    #expect(throws: GradingError.self) { try comparison.add([0, 0, 0], [0, 0, 0], mask: [1, 1]) }
    let error = #expect(throws: GradingError.self) {
      try PictureComparison(first, header(PixelFormat(.float32, .gray, alpha: .associated)))
    }
    #expect(error?.description.contains("8-bit RGB and 32-bit float grey with associated alpha") == true)
  }

  @Test func statisticsOfChannels() {
    var statistics = PictureStatistics(format: PixelFormat(.uint8, .gray, alpha: .straight))
    statistics.add([0, 255, 10, 255])
    statistics.add([20, 0])
    let grey = statistics.channels[0]
    #expect(
      grey.minimum == 0 && grey.maximum == 20 && grey.mean == 10 && grey.atBlack == 1 && grey.atWhite == 0)
    // Deviation of 0, 10, 20: the root of 200 / 3.
    #expect(abs(grey.deviation - (200.0 / 3).squareRoot()) < 1e-12)
    #expect(statistics.channels[1].atWhite == 2)
  }

  @Test func statisticsLeaveOutWhatIsNoNumber() {
    var statistics = PictureStatistics(format: PixelFormat(.float32, .gray))
    statistics.add(bytes([Float.nan, 2, -1, .infinity]))
    let channel = statistics.channels[0]
    #expect(channel.notFinite == 2 && channel.count == 2 && channel.mean == 0.5)
    #expect(channel.minimum == -1 && channel.maximum == 2 && channel.atBlack == 1 && channel.atWhite == 1)
  }
}
