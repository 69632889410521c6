/// Pixels to add on each side of a picture.
public struct PictureMargins: Sendable, Hashable, TextCoded {
  /// Columns before the first.
  public var left = 0
  /// Rows above the first.
  public var top = 0
  /// Columns after the last.
  public var right = 0
  /// Rows below the last.
  public var bottom = 0

  /// Nothing is added.
  public static let none = PictureMargins()

  /// So many pixels on each side.
  public init(left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }

  /// Most pixels on a side.
  public static let largest = 16_384

  /// Reads `left=128,top=64`: any of left, top, right and bottom, and `all`, in pixels. Nil for anything else.
  public init?(_ text: String) {
    self.init()
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = word.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, let pixels = Int(parts[1]), (0...Self.largest).contains(pixels) else {
        return nil
      }
      switch parts[0] {
      case "left": left = pixels
      case "top": top = pixels
      case "right": right = pixels
      case "bottom": bottom = pixels
      case "all": (left, top, right, bottom) = (pixels, pixels, pixels, pixels)
      default: return nil
      }
    }
    guard self != .none else { return nil }
  }

  /// Sides and pixels.
  public static let expected = "sides and pixels up to \(largest), such as left=128,top=64"

  /// As ``init(_:)`` reads it.
  public var text: String { "left=\(left),top=\(top),right=\(right),bottom=\(bottom)" }
}
