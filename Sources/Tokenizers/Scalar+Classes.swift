/// The character classes that tokenizer patterns name.
extension Unicode.Scalar {
  /// `\p{L}`
  var isLetter: Bool {
    if isASCII { return (0x61...0x7A).contains(value | 0x20) }
    return switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  /// `\p{N}`
  var isNumber: Bool {
    if isASCII { return (0x30...0x39).contains(value) }
    return switch properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }

  /// `\s`, the Unicode property White_Space.
  var isSpace: Bool { properties.isWhitespace }

  /// `\p{M}`: what stripping accents removes.
  var isMark: Bool {
    if isASCII { return false }
    return switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
  }

  var isPunctuation: Bool {
    if isASCII { return (0x21...0x7E).contains(value) && !isLetter && !isNumber }
    return switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      true
    default: false
    }
  }

  /// `\w`: what may not touch an added token that is a word of its own.
  var isWordCharacter: Bool {
    isLetter || isMark || properties.generalCategory == .decimalNumber || properties.isAlphabetic
      || properties.generalCategory == .connectorPunctuation
      || properties.isJoinControl
  }

  var isNewline: Bool { self == "\r" || self == "\n" }
}
