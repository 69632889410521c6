import Foundation

/// Small configuration files.
enum JSONFile {
  /// Far above any configuration or tokenizer; keeps a hostile file from filling the memory.
  private static let largest = 256 << 20

  static func data(_ path: String) throws(PipelineError) -> Data {
    do {
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      guard size <= largest else {
        throw PipelineError(.badData, "\(path): expected a configuration, found \(size) bytes.")
      }
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch let error as PipelineError {
      throw error
    } catch {
      throw PipelineError(.missingInput, "\(path): the model needs this file and it could not be read.")
    }
  }

  static func read<Value: Decodable>(_ path: String) throws -> Value {
    let data = try data(path)
    do {
      return try JSONDecoder().decode(Value.self, from: data)
    } catch let error as DecodingError {
      throw PipelineError(.badData, "\(path): \(Self.sentence(error))")
    }
  }

  private static func sentence(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "expected the key \"\(key.stringValue)\", found none."
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      (context.codingPath.map(\.stringValue).joined(separator: ".") + " " + context.debugDescription)
        .trimmingCharacters(in: .whitespaces)
    @unknown default: "it could not be understood."
    }
  }
}
