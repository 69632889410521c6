package import Images

extension PixelFormat: CustomStringConvertible {
  /// The format as a user reads it: `16-bit RGB with straight alpha`.
  package var description: String {
    let depth =
      switch sampleType {
      case .uint8: "8-bit"
      case .uint16: "16-bit"
      case .float32: "32-bit float"
      }
    let model = colorModel == .gray ? "grey" : "RGB"
    return switch alpha {
    case .none: "\(depth) \(model)"
    case .straight: "\(depth) \(model) with straight alpha"
    case .associated: "\(depth) \(model) with associated alpha"
    }
  }
}
