import Checkpoints
import Tokenizers

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
