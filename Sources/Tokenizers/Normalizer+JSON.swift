extension Normalizer {
  /// The `normalizer` section; nil where there is none.
  init?(_ node: JSONNode) throws(TokenizerError) {
    if node.isNull { return nil }
    switch try node["type"].text() {
    case "Sequence":
      var steps: [Normalizer] = []
      for child in try node["normalizers"].elements() {
        if let step = try Normalizer(child) { steps.append(step) }
      }
      self = .sequence(steps)
    case "Lowercase": self = .lowercase
    case "NFC": self = .composed
    case "NFD": self = .decomposed
    case "StripAccents": self = .stripAccents
    case "ByteLevel": self = .byteLevel
    case "Strip":
      self = .strip(
        left: try node["strip_left"].boolean(default: true),
        right: try node["strip_right"].boolean(default: true))
    case "Prepend": self = .prepend(try node["prepend"].scalars())
    case "Replace":
      self = .replace(try TextPattern(node["pattern"]), with: try node["content"].scalars())
    case "Precompiled":
      let field = node["precompiled_charsmap"]
      guard let bytes = Base64.decode(try field.bytes()) else { throw field.failure(expected: "base 64") }
      self = .charsmap(try Charsmap(bytes, place: field.path))
    default:
      throw node["type"].failure(
        expected: "a normalizer among Sequence, Lowercase, NFC, NFD, StripAccents, Strip, Prepend, Replace, "
          + "Precompiled, ByteLevel")
    }
  }
}

extension TextPattern {
  /// `{"String": "..."}` or `{"Regex": "..."}`
  init(_ node: JSONNode) throws(TokenizerError) {
    if !node["String"].isNull {
      self = .literal(try node["String"].scalars())
      return
    }
    guard let pattern = TextPattern(expression: try node["Regex"].text()) else {
      throw node["Regex"].failure(expected: "one of the patterns of GPT-2, Llama 3, Qwen 2, CLIP or T5")
    }
    self = pattern
  }
}
