import Foundation
import Images
import Testing

@testable import ImageCodecs

/// Files of other writers with what has to come out of them; made by Tests/Reference/make_image_fixtures.py.
struct Fixture: Decodable, Sendable, CustomTestStringConvertible {
  var name = ""
  let width: Int
  let height: Int
  let channels: Int
  let sampleType: String
  let alpha: String
  /// Largest difference allowed: 0, but for JPEG, where decoders may round differently.
  let tolerance: Int
  let notice: String?
  let orientation: Int?
  let quality: Int?
  let bits: Int?

  private enum CodingKeys: String, CodingKey {
    case width, height, channels, sampleType, alpha, tolerance, notice, orientation, quality, bits
  }

  var testDescription: String { name }

  static let directory = Bundle.module.bundleURL.appending(path: "Fixtures")

  static let all: [Fixture] = {
    guard
      let manifest = try? JSONDecoder().decode(
        [String: Fixture].self, from: Data(contentsOf: directory.appending(path: "fixtures.json")))
    else { return [] }
    return manifest.map { name, fixture in
      var fixture = fixture
      fixture.name = name
      return fixture
    }.sorted { $0.name < $1.name }
  }()

  static func path(_ name: String) -> String { directory.appending(path: name).path }

  static func bytes(_ name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: directory.appending(path: name)))
  }

  var expected: [UInt8] {
    get throws { try Self.bytes(String(name.prefix { $0 != "." }) + ".expected") }
  }

  var format: PixelFormat {
    PixelFormat(
      sampleType == "uint8" ? .uint8 : sampleType == "uint16" ? .uint16 : .float32,
      channels >= 3 ? .rgb : .gray,
      alpha: alpha == "none" ? .none : alpha == "straight" ? .straight : .associated)
  }
}

/// A folder that goes away with the test.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "codecs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted() }
}
