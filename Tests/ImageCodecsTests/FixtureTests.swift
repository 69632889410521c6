import Images
import Testing

@testable import ImageCodecs

@Suite struct FixtureTests {
  @Test func fixturesAreThere() { #expect(Fixture.all.count >= 35) }

  @Test(arguments: Fixture.all)
  func decodesAsOthersWroteIt(_ fixture: Fixture) throws {
    let image = try ImageReader.decode(path: Fixture.path(fixture.name))
    #expect(image.width == fixture.width)
    #expect(image.height == fixture.height)
    #expect(image.format == fixture.format)
    let expected = try fixture.expected
    try #require(image.bytes.count == expected.count)
    if fixture.tolerance == 0 {
      #expect(image.bytes == expected)
    } else {
      let worst = zip(image.bytes, expected).map { abs(Int($0) - Int($1)) }.max() ?? 0
      #expect(worst <= fixture.tolerance)
    }
    if let notice = fixture.notice {
      #expect(image.notices.contains { $0.contains(notice) }, "\(image.notices)")
    } else {
      #expect(image.notices.allSatisfy { $0.contains("thumbnail") }, "\(image.notices)")
    }
    #expect(image.header.source?.orientation.rawValue == fixture.orientation ?? 1)
    if let quality = fixture.quality { #expect(image.header.source?.jpeg?.quality == quality) }
    if let bits = fixture.bits { #expect(image.header.source?.bitsPerSample == bits) }
  }

  @Test(arguments: Fixture.all)
  func rowsAreTheSameOneByOne(_ fixture: Fixture) throws {
    let whole = try ImageReader.decode(path: Fixture.path(fixture.name))
    let reader = try ImageReader(bytes: Fixture.bytes(fixture.name))
    var rows: [UInt8] = []
    while reader.nextRow < reader.header.height {
      rows += try reader.readRows(min(1 + reader.nextRow % 3, reader.header.height - reader.nextRow))
    }
    #expect(rows == whole.bytes)
    #expect(reader.header == whole.header)
    #expect(reader.notices == whole.notices)
  }

  /// What is written must come back, from every kind of source, where the format can hold it.
  @Test(arguments: Fixture.all, [FileFormat.png, .tiff])
  func rewrittenPicturesAreTheSame(_ fixture: Fixture, _ fileFormat: FileFormat) throws {
    let image = try ImageReader.decode(path: Fixture.path(fixture.name))
    var options = EncodingOptions()
    options.fileFormat = fileFormat
    let again = try ImageReader.decode(bytes: ImageWriter.encode(image, options: options))
    #expect(again.header.profile.icc == image.header.profile.icc)
    #expect(again.header.source?.orientation == .up)
    #expect(again.header.metadata.recipe == image.header.metadata.recipe)
    let held = RowConverter(from: image.format, for: fileFormat)
    #expect(again.format == held.target)
    if held.source == held.target {
      #expect(again.bytes == image.bytes)
    }
  }
}
