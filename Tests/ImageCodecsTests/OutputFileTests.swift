import Foundation
import Images
import Testing

@testable import ImageCodecs

@Suite struct OutputFileTests {
  private let image = Pictures.make(PixelFormat(.uint16, .rgb, alpha: .straight))

  private func category(_ body: () throws -> Void) -> ImageCodecError.Category? {
    do {
      try body()
      return nil
    } catch {
      return (error as? ImageCodecError)?.category
    }
  }

  @Test(arguments: ["a.png", "a.tif"])
  func aFinishedFileIsAloneUnderItsName(_ name: String) throws {
    let folder = try TemporaryFolder()
    try ImageWriter.encode(image, to: folder.path(name))
    try ImageWriter.encode(image, to: folder.path(name))
    #expect(folder.names == [name])
    #expect(try ImageReader.decode(path: folder.path(name)).bytes == image.bytes)
  }

  @Test(arguments: ["a.png", "a.jpg", "a.tif"])
  func anAbandonedFileLeavesNothing(_ name: String) throws {
    let folder = try TemporaryFolder()
    try Data("before".utf8).write(to: folder.url.appending(path: name))
    do {
      let writer = try ImageWriter(path: folder.path(name), header: image.header)
      try writer.writeRows([UInt8](image.bytes.prefix(image.header.rowBytes * 4)))
      // It has no name yet, so that nothing could leave it behind.
      #expect(folder.names == [name])
      // Ending it early is refused.
      #expect(category { try writer.finish() } == .cannotCreate)
    }
    #expect(folder.names == [name])
    #expect(try String(contentsOf: folder.url.appending(path: name), encoding: .utf8) == "before")
  }

  @Test func anInputIsOnlyOverwrittenWhenAsked() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.png")
    try ImageWriter.encode(image, to: path)
    var options = EncodingOptions()
    options.protectedPaths = [folder.path("other.png"), folder.url.path + "/./a.png"]
    #expect(category { try ImageWriter.encode(image, to: path, options: options) } == .cannotCreate)
    options.protectedPaths = []
    #expect(category { try ImageWriter.encode(image, to: path, options: options) } == nil)
  }

  @Test func impossibleOutputsSayWhy() throws {
    let folder = try TemporaryFolder()
    #expect(category { try ImageWriter.encode(image, to: folder.path("a.xyz")) } == .usage)
    #expect(category { try ImageWriter.encode(image, to: folder.path("no/such/a.png")) } == .cannotCreate)
    var options = EncodingOptions()
    options.fileFormat = .png
    #expect(
      category { try ImageWriter.encode(image, to: folder.url.path, options: options) } == .cannotCreate)
    #expect(category { try ImageWriter.encode(image, to: "/dev/null", options: options) } == .cannotCreate)
    let wide = Image(
      header: ImageHeader(width: 70_000, height: 1, format: PixelFormat(.uint8, .gray)),
      bytes: [UInt8](repeating: 0, count: 70_000))
    #expect(category { try ImageWriter.encode(wide, to: folder.path("a.jpg")) } == .usage)
    #expect(folder.names.isEmpty)
  }

  @Test func aLinkStaysALink() throws {
    let folder = try TemporaryFolder()
    try ImageWriter.encode(image, to: folder.path("real.png"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.png"), withDestinationPath: folder.path("real.png"))
    var other = image
    other.bytes[0] ^= 1
    try ImageWriter.encode(other, to: folder.path("link.png"))
    #expect(folder.names == ["link.png", "real.png"])
    #expect(try ImageReader.decode(path: folder.path("real.png")).bytes == other.bytes)
  }

  @Test func aReplacedFileKeepsItsPermissions() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.png")
    try ImageWriter.encode(image, to: path)
    for permissions in [0o600, 0o644] {
      try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
      try ImageWriter.encode(image, to: path)
      #expect(
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == permissions)
    }
    #expect(folder.names == ["a.png"])
  }

  @Test func whatAFormatCannotHoldIsSaid() throws {
    let folder = try TemporaryFolder()
    let toJPEG = try ImageWriter.encode(image, to: folder.path("a.jpg"))
    #expect(toJPEG.contains { $0.contains("16-bit") } && toJPEG.contains { $0.contains("over white") })
    let float = Pictures.make(PixelFormat(.float32, .rgb, alpha: .associated))
    let toPNG = try ImageWriter.encode(float, to: folder.path("a.png"))
    #expect(
      toPNG.contains { $0.contains("floating point") } && toPNG.contains { $0.contains("divided by alpha") })
    #expect(try ImageWriter.encode(float, to: folder.path("a.tif")).isEmpty)
    #expect(try ImageReader.decode(path: folder.path("a.tif")).bytes == float.bytes)
  }

  @Test func theSameTwiceGivesTheSameBytes() throws {
    for fileFormat in FileFormat.allCases {
      var options = EncodingOptions()
      options.fileFormat = fileFormat
      #expect(try ImageWriter.encode(image, options: options) == ImageWriter.encode(image, options: options))
    }
  }
}
