import Foundation

/// What `tokenizer_config.json` and `special_tokens_map.json` say of special tokens.
struct TokenizerSettings: Decodable {
  var padding: String?
  var endOfText: String?

  private enum CodingKeys: String, CodingKey {
    case padding = "pad_token"
    case endOfText = "eos_token"
  }

  /// A token as text, or as an object that holds it.
  private struct Token: Decodable {
    let content: String?

    private enum CodingKeys: String, CodingKey { case content }

    init(from decoder: any Decoder) throws {
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        content = text
      } else {
        content = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .content)
      }
    }
  }

  init() {}

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    padding = try container.decodeIfPresent(Token.self, forKey: .padding)?.content
    endOfText = try container.decodeIfPresent(Token.self, forKey: .endOfText)?.content
  }

  /// What the files in `folder` say; the first has the last word.
  static func read(_ folder: String) throws -> TokenizerSettings {
    var result = TokenizerSettings()
    for name in ["special_tokens_map.json", "tokenizer_config.json"] {
      let path = "\(folder)/\(name)"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      let stated: TokenizerSettings = try JSONFile.read(path)
      result.padding = stated.padding ?? result.padding
      result.endOfText = stated.endOfText ?? result.endOfText
    }
    return result
  }
}
