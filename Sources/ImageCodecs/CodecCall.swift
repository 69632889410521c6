import CImageCodecs

/// Turns the C layer's errors into `ImageCodecError`.
struct CodecCall {
  let path: String
  /// The format being read or written, for the message.
  var subject: String

  /// Throws what the error says; call it when a function reported one.
  func failure(_ error: ic_error, writing: Bool = false) -> ImageCodecError {
    let message = Self.message(of: error)
    switch Int(error.status) {
    case IC_MISSING:
      return ImageCodecError(
        .missingInput, path: path, found: "it cannot be opened: \(message)",
        advice: "check the name and its permissions")
    case IC_CREATE:
      return ImageCodecError(
        .cannotCreate, path: path, found: "it cannot be created: \(message)",
        advice: "check the folder and its permissions, or choose another output")
    case IC_IO:
      return ImageCodecError(
        .ioFailure, path: path, found: "\(writing ? "writing" : "reading") failed: \(message)",
        advice: writing ? "nothing was left behind; free some space or choose another output" : "")
    case IC_LIMIT:
      return ImageCodecError(
        .overBudget, path: path, found: message,
        advice: "raise the limit, or make the picture smaller")
    case IC_TRUNCATED:
      return ImageCodecError(
        .badData, path: path, found: "truncated \(subject): \(message)", advice: "copy the file again")
    case IC_UNSUPPORTED:
      return ImageCodecError(
        .badData, path: path, found: "\(subject) of a kind that is not read: \(message)",
        advice: "save it in another form")
    default:
      return ImageCodecError(
        writing ? .cannotCreate : .badData, path: path,
        found: writing ? "\(subject) cannot hold this: \(message)" : "damaged \(subject): \(message)")
    }
  }

  private static func message(of error: ic_error) -> String {
    var error = error
    return unsafe String(cString: ic_error_message(&error))
  }
}
