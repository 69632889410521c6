extension PreTokenizer {
  /// The `pre_tokenizer` section; nil where there is none.
  init?(_ node: JSONNode) throws(TokenizerError) {
    if node.isNull { return nil }
    switch try node["type"].text() {
    case "Sequence":
      var steps: [PreTokenizer] = []
      for child in try node["pretokenizers"].elements() {
        if let step = try PreTokenizer(child) { steps.append(step) }
      }
      self = .sequence(steps)
    case "ByteLevel":
      self = .byteLevel(
        addPrefixSpace: try node["add_prefix_space"].boolean(default: true),
        split: try node["use_regex"].boolean(default: true))
    case "Metaspace": self = try Self.metaspace(node)
    case "Split":
      self = .split(
        try TextPattern(node["pattern"]), try SplitBehavior(node["behavior"]),
        invert: try node["invert"].boolean(default: false))
    case "WhitespaceSplit": self = .whitespaceSplit
    case "Digits": self = .digits(individual: try node["individual_digits"].boolean(default: false))
    case "Punctuation":
      let behavior = node["behavior"]
      self = .punctuation(behavior.isNull ? .isolated : try SplitBehavior(behavior))
    default:
      throw node["type"].failure(
        expected: "a pre-tokenizer among Sequence, ByteLevel, Metaspace, Split, WhitespaceSplit, Digits, "
          + "Punctuation")
    }
  }

  private static func metaspace(_ node: JSONNode) throws(TokenizerError) -> PreTokenizer {
    let replacement = try node["replacement"].scalars()
    guard replacement.count == 1 else { throw node["replacement"].failure(expected: "one character") }
    var scheme = PrependScheme.always
    if !node["prepend_scheme"].isNull {
      guard let named = PrependScheme(rawValue: try node["prepend_scheme"].text()) else {
        throw node["prepend_scheme"].failure(expected: "first, always or never")
      }
      scheme = named
    } else if try !node["add_prefix_space"].boolean(default: true) {
      scheme = .never
    }
    return .metaspace(
      replacement: replacement[0], prepend: scheme, split: try node["split"].boolean(default: true))
  }
}

extension SplitBehavior {
  init(_ node: JSONNode) throws(TokenizerError) {
    guard let behavior = SplitBehavior(rawValue: try node.text()) else {
      let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw node.failure(expected: "one of \(known)")
    }
    self = behavior
  }
}
