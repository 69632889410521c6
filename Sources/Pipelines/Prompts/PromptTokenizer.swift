import Checkpoints
import Foundation
import Tokenizers

/// The special token that fills a short prompt up, and its usual names.
enum PaddingToken {
  case padding([String])
  case endOfText([String])

  var usualNames: [String] {
    switch self {
    case .padding(let names), .endOfText(let names): names
    }
  }
}

/// A tokenizer that frames prompts as an encoder takes them.
struct PromptTokenizer {
  private let tokenizer: TextTokenizer
  private let paddingID: Int

  /// Opens a folder of tokenizer files, or a GGUF file that carries its own.
  init(path: String, padding: PaddingToken) throws {
    var stated = TokenizerSettings()
    if HiDreamLayout.isFolder(path) {
      tokenizer = try TextTokenizer(directory: path)
      stated = try TokenizerSettings.read(path)
    } else {
      guard let values = try Checkpoint(opening: path).gguf, let vocabulary = EmbeddedVocabulary(values)
      else {
        throw PipelineError(
          .badData,
          "\(path): expected a GGUF file with a tokenizer (tokenizer.ggml.tokens), found none in it.")
      }
      tokenizer = try TextTokenizer(embedded: vocabulary, file: path)
    }
    let names =
      switch padding {
      case .padding: [stated.padding, stated.endOfText]
      case .endOfText: [stated.endOfText]
      }
    let candidates = names.compactMap(\.self) + padding.usualNames
    guard let id = candidates.lazy.compactMap({ [tokenizer] in tokenizer.id(of: $0) }).first else {
      throw PipelineError(
        .badData,
        "\(path): expected a tokenizer with the token \(candidates.joined(separator: " or ")), found none of them."
      )
    }
    paddingID = id
  }

  /// Special tokens around a prompt.
  var frame: Int { tokenizer.prefix.count + tokenizer.suffix.count }

  /// The tokens of the text alone.
  func content(_ text: String) -> [Int] { tokenizer.encode(text) }

  /// `content` between the special tokens, filled up at its end.
  ///
  /// - Returns: the ids, and for each whether it is the prompt's own.
  func framed(_ content: some Collection<Int>, filledTo length: Int = 0) -> (ids: [Int], mask: [Bool]) {
    let ids = tokenizer.prefix + content + tokenizer.suffix
    let missing = max(0, length - ids.count)
    return (
      ids + Array(repeating: paddingID, count: missing),
      Array(repeating: true, count: ids.count) + Array(repeating: false, count: missing)
    )
  }

  /// The last words of the longest beginning of `text`, cut between words, that has at most `limit` tokens.
  func lastWords(of text: String, within limit: Int) -> String {
    let words = text.split(whereSeparator: \.isWhitespace)
    var (low, high) = (0, words.count)
    while low < high {
      let middle = (low + high + 1) / 2
      let end = words[middle - 1].endIndex
      if content(String(text[..<end])).count <= limit { low = middle } else { high = middle - 1 }
    }
    return words[..<low].suffix(3).joined(separator: " ")
  }
}

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
