/// A soft selection: one value in 0...1 for each pixel, 1 where the picture may change.
package struct Mask: Sendable, Equatable {
  package let width: Int
  package let height: Int
  package var values: [Float]

  package init(width: Int, height: Int, values: [Float]) {
    assert(values.count == width * height)
    self.width = width
    self.height = height
    self.values = values
  }

  package init(width: Int, height: Int, repeating value: Float = 0) {
    self.init(width: width, height: height, values: [Float](repeating: value, count: width * height))
  }

  package subscript(x: Int, y: Int) -> Float {
    get { values[y * width + x] }
    set { values[y * width + x] = newValue }
  }
}
