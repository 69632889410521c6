/// A rectangle of latent cells, `x` and `y` at its top left corner.
///
/// On a canvas that wraps it may reach over the border, where it goes on at the other side.
package struct CellRect: Sendable, Hashable, Codable {
  package var x: Int
  package var y: Int
  package var width: Int
  package var height: Int

  package init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The same rectangle, moved.
  package func offset(x dx: Int, y dy: Int) -> CellRect {
    CellRect(x: x + dx, y: y + dy, width: width, height: height)
  }
}
