import Foundation

/// The size that a transformer's configuration says it was trained for.
struct TrainedResolution: Decodable {
  /// In latent cells.
  let maxResolution: [Int]?

  private enum CodingKeys: String, CodingKey { case maxResolution = "max_resolution" }

  /// Pixels along a side, whole tokens; nil where the configuration does not say or there is none.
  static func side(_ transformer: String) throws -> Int? {
    let path = "\(transformer)/config.json"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let stated: TrainedResolution = try JSONFile.read(path)
    guard let cells = stated.maxResolution?.min(), (2...2048).contains(cells) else { return nil }
    return cells / 2 * 16
  }
}
