/// The ids that a post-processor puts around a text.
struct SpecialTokens: Sendable {
  var prefix: [Int] = []
  var suffix: [Int] = []

  /// The `post_processor` section.
  init(_ node: JSONNode) throws(TokenizerError) {
    if node.isNull { return }
    switch try node["type"].text() {
    case "ByteLevel": return
    case "Sequence":
      for child in try node["processors"].elements() {
        let inner = try SpecialTokens(child)
        prefix = inner.prefix + prefix
        suffix += inner.suffix
      }
    case "BertProcessing", "RobertaProcessing":
      prefix = [try Self.pair(node["cls"])]
      suffix = [try Self.pair(node["sep"])]
    case "TemplateProcessing": try readTemplate(node)
    default:
      throw node["type"].failure(
        expected: "a post-processor among ByteLevel, Sequence, BertProcessing, RobertaProcessing, "
          + "TemplateProcessing")
    }
  }

  /// `["token", id]`
  private static func pair(_ node: JSONNode) throws(TokenizerError) -> Int {
    let elements = try node.elements()
    guard elements.count == 2 else { throw node.failure(expected: "a token and its id") }
    return try elements[1].identifier()
  }

  private mutating func readTemplate(_ node: JSONNode) throws(TokenizerError) {
    var isAfterText = false
    for element in try node["single"].elements() {
      if !element["Sequence"].isNull {
        isAfterText = true
        continue
      }
      let name = try element["SpecialToken"]["id"].text()
      var ids: [Int] = []
      for id in try node["special_tokens"][name]["ids"].elements() { ids.append(try id.identifier()) }
      if isAfterText { suffix += ids } else { prefix += ids }
    }
  }
}
