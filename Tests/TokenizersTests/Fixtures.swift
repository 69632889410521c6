import Foundation
import Testing

/// What Tests/Reference/tokenizer_fixtures.py wrote.
enum Fixtures {
  struct Texts: Decodable {
    struct Repeated: Decodable {
      var text: String
      var repeats: Int
    }
    var texts: [String]
    var long: [Repeated]
  }

  struct Expected: Decodable {
    struct Long: Decodable {
      var count: Int
      var head: [Int]
      var hash: String
    }
    var plain: [[Int]]
    var special: [[Int]]
    var long: [Long]
  }

  static func path(_ name: String) throws -> String {
    try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
      .appendingPathComponent(name).path
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: try path(name))))
  }

  static func texts() throws -> Texts {
    try JSONDecoder().decode(Texts.self, from: Data(try bytes("texts.json")))
  }

  static func expected(_ name: String) throws -> Expected {
    try JSONDecoder().decode(Expected.self, from: Data(try bytes("\(name).ids.json")))
  }
}
