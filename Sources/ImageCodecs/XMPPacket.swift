/// The few things done to an XMP packet, on its text: it is carried over otherwise as it is.
struct XMPPacket {
  private(set) var text: String

  private static let element = "sparsedit:parameters"
  private static let namespace = "https://ns.sparsedit.org/xmp/1.0/"

  /// Nil when the bytes are no UTF-8 text with an RDF body.
  init?(_ bytes: [UInt8]) {
    let body = bytes.prefix { $0 != 0 }
    guard let text = String(validating: body, as: UTF8.self), text.contains("<rdf:RDF") else { return nil }
    self.text = text
  }

  /// An empty packet.
  init() {
    text = """
      <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
      <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      </rdf:RDF></x:xmpmeta>
      <?xpacket end="w"?>
      """
  }

  var bytes: [UInt8] { [UInt8](text.utf8) }

  /// Makes the packet true of an upright picture without old previews.
  ///
  /// - Returns: whether a preview was dropped.
  mutating func describeUpright() -> Bool {
    for (before, after) in [
      ("tiff:Orientation=\"", "\""), ("tiff:Orientation='", "'"), ("<tiff:Orientation>", "<"),
    ] {
      replace(from: before, to: after, with: "1", keepingMarks: true)
    }
    return replace(from: "<xmp:Thumbnails>", to: "</xmp:Thumbnails>", with: "", keepingMarks: false)
  }

  /// How the picture was made, if the packet says it.
  var recipe: String? {
    guard let start = position(of: "<\(Self.element)>", from: text.utf8.startIndex),
      let end = position(of: "</\(Self.element)>", from: start.upperBound)
    else { return nil }
    return Self.unescaped(String(text[start.upperBound..<end.lowerBound]))
  }

  /// Writes how the picture was made, in place of what stood there.
  mutating func setRecipe(_ recipe: String?) {
    replace(
      from: "<rdf:Description rdf:about=\"\" xmlns:sparsedit=", to: "</rdf:Description>\n", with: "",
      keepingMarks: false)
    guard let recipe, let end = position(of: "</rdf:RDF>", from: text.utf8.startIndex) else { return }
    text.insert(
      contentsOf: "<rdf:Description rdf:about=\"\" xmlns:sparsedit=\"\(Self.namespace)\"><\(Self.element)>"
        + Self.escaped(recipe) + "</\(Self.element)></rdf:Description>\n",
      at: end.lowerBound)
  }

  @discardableResult
  private mutating func replace(from before: String, to after: String, with value: String, keepingMarks: Bool)
    -> Bool
  {
    guard let start = position(of: before, from: text.utf8.startIndex),
      let end = position(of: after, from: start.upperBound)
    else { return false }
    text.replaceSubrange(
      keepingMarks ? start.upperBound..<end.lowerBound : start.lowerBound..<end.upperBound, with: value)
    return true
  }

  private func position(of needle: String, from start: String.Index) -> Range<String.Index>? {
    // On bytes: a search by characters would be slow, and trip over combining marks after a quote.
    let hay = text.utf8
    let pattern = [UInt8](needle.utf8)
    var index = start
    while index < hay.endIndex {
      if hay[index] == pattern[0], hay[index...].starts(with: pattern) {
        return index..<hay.index(index, offsetBy: pattern.count)
      }
      hay.formIndex(after: &index)
    }
    return nil
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\n": result += "&#10;"
      case "\r": result += "&#13;"
      case "\t": result += "&#9;"
      // XML 1.0 has no way to write the other control characters.
      case let scalar where scalar.value < 0x20: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func unescaped(_ text: String) -> String {
    let names = [
      "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "#10": "\n", "#13": "\r", "#9": "\t",
    ]
    var result = ""
    var rest = text[...]
    while let mark = rest.utf8.firstIndex(of: 0x26) {
      result += rest[..<mark]
      let tail = rest[rest.utf8.index(after: mark)...]
      guard let end = tail.utf8.firstIndex(of: 0x3B), let value = names[String(tail[..<end])] else {
        result += "&"
        rest = tail
        continue
      }
      result += value
      rest = tail[tail.utf8.index(after: end)...]
    }
    return result + rest
  }
}
