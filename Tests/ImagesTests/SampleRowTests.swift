import Images
import Testing

@Suite struct SampleRowTests {
  @Test(arguments: [SampleType.uint8, .uint16])
  func everyIntegerComesBack(_ type: SampleType) {
    let count = Int(type.white) + 1
    var bytes = [UInt8](repeating: 0, count: count * type.byteCount)
    for value in 0..<count {
      SampleRow.store(Float(value) / type.white, in: &bytes, sample: value, type: type)
    }
    let floats = SampleRow.floats(of: bytes, from: 0, count: count, type: type)
    #expect((0..<count).allSatisfy { floats[$0] == Float($0) / type.white })
    #expect(floats.first == 0 && floats.last == 1)
  }

  @Test func outsideTheRangeIsCutOffForIntegersOnly() {
    for (value, level) in [(Float(-3), 0), (7, 255), (.nan, 0), (.infinity, 255), (0.5, 128)] {
      var byte: [UInt8] = [9]
      SampleRow.store(value, in: &byte, sample: 0, type: .uint8)
      #expect(Int(byte[0]) == level)
    }
    var bytes = [UInt8](repeating: 0, count: 8)
    SampleRow.store(-3.5, in: &bytes, sample: 1, type: .float32)
    #expect(SampleRow.float(of: bytes, sample: 1, type: .float32) == -3.5)
    SampleRow.store(.nan, in: &bytes, sample: 0, type: .float32)
    #expect(SampleRow.float(of: bytes, sample: 0, type: .float32) == 0)
  }

  @Test func formatsAreToldByExtension() {
    #expect(FileFormat(path: "a/b.PNG") == .png)
    #expect(FileFormat(path: "b.jpeg") == .jpeg)
    #expect(FileFormat(path: "x.y.tif") == .tiff)
    #expect(FileFormat(path: "a.png/b") == nil)
    #expect(FileFormat(path: "png") == nil)
  }
}
