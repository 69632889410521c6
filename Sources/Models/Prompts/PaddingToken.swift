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
