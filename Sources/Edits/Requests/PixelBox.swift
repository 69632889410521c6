/// A box of whole pixels, which may lie partly outside a picture.
public struct PixelBox: Sendable, Hashable, TextCoded {
  /// The left edge.
  public var x: Int
  /// The upper edge.
  public var y: Int
  /// Pixels across.
  public var width: Int
  /// Pixels down.
  public var height: Int

  /// Four numbers.
  public static let expected = "x,y,width,height in pixels"

  /// A box by its upper left corner and its size.
  public init(x: Int, y: Int, width: Int, height: Int) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  /// Reads `x,y,width,height`. Nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    let numbers = parts.compactMap(\.self)
    guard parts.count == 4, numbers.count == 4, numbers.allSatisfy({ abs($0) <= 1 << 24 }) else { return nil }
    self.init(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
  }

  /// As ``init(_:)`` reads it.
  public var text: String { "\(x),\(y),\(width),\(height)" }
}
