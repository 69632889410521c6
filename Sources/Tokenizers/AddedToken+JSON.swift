extension AddedToken {
  static func list(_ node: JSONNode) throws(TokenizerError) -> [AddedToken] {
    if node.isNull { return [] }
    var tokens: [AddedToken] = []
    for entry in try node.elements() {
      let content = try entry["content"].scalars()
      guard !content.isEmpty else { throw entry["content"].failure(expected: "a token that is not empty") }
      tokens.append(
        AddedToken(
          id: try entry["id"].identifier(), content: content,
          isSingleWord: try entry["single_word"].boolean(default: false),
          stripsLeft: try entry["lstrip"].boolean(default: false),
          stripsRight: try entry["rstrip"].boolean(default: false),
          isNormalized: try entry["normalized"].boolean(
            default: !(try entry["special"].boolean(default: false)))))
    }
    return tokens
  }
}
