import Foundation
import Testing

@testable import Autoencoders

@Suite struct CompactConfigurationTests {
  @Test func survivesARoundTrip() throws {
    let path = try Fixtures.path("compact/config.json")
    let configuration = try CompactAutoencoderConfiguration(contentsOf: path)
    #expect(configuration.scale == 8)
    #expect(configuration.encoderReach == 1 + 2 * 2 + 2)
    #expect(configuration.decoderReach == 6)
    let again = try JSONDecoder().decode(
      CompactAutoencoderConfiguration.self, from: JSONEncoder().encode(configuration))
    #expect(again == configuration)
  }

  @Test(arguments: [
    ("\"patch\": 4", "\"patch\": 0", "patch"),
    ("\"in_channels\": 3", "\"in_channels\": 1e30", "in_channels"),
    ("\"head_width\": 5", "\"head_width\": null", "head_width"),
    ("CompactAutoencoder", "AutoencoderTiny", "AutoencoderTiny"),
    ("\"latent_channels\": 16", "\"latent_channels\": 4", "latents_mean"),
  ])
  func aBadValueIsNamed(_ from: String, _ to: String, _ named: String) throws {
    let text = try String(contentsOfFile: Fixtures.path("compact/config.json"), encoding: .utf8)
    try #require(text.contains(from))
    let path = NSTemporaryDirectory() + UUID().uuidString + ".json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try text.replacingOccurrences(of: from, with: to).write(toFile: path, atomically: true, encoding: .utf8)
    do {
      _ = try CompactAutoencoderConfiguration(contentsOf: path)
      Issue.record("accepted")
    } catch {
      #expect("\(error)".contains(named))
    }
  }
}
