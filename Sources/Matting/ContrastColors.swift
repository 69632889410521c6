import Images

/// A picture's colours with the contrast that its noise and texture make usual.
struct ContrastColors {
  let reader: ColorReader
  /// One over twice the mean squared difference of neighbouring colours.
  let beta: Float

  init(_ picture: FloatImage) throws(MattingError) {
    reader = try ColorReader(picture)
    var sum = 0.0
    var pairs = 0
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        let pixel = y * picture.width + x
        if x + 1 < picture.width { sum += Double(Self.difference(reader, pixel, pixel + 1)) }
        if y + 1 < picture.height { sum += Double(Self.difference(reader, pixel, pixel + picture.width)) }
        pairs += (x + 1 < picture.width ? 1 : 0) + (y + 1 < picture.height ? 1 : 0)
      }
    }
    beta = sum > 0 ? Float(Double(pairs) / (2 * sum)) : 0
  }

  /// The price of a border between two neighbours, 0...1: near 1 where their colours agree.
  @inline(__always)
  func similarity(_ a: Int, _ b: Int) -> Float {
    Float(exponential(Double(-beta * Self.difference(reader, a, b))))
  }

  @inline(__always)
  private static func difference(_ reader: ColorReader, _ a: Int, _ b: Int) -> Float {
    let difference = reader[a] - reader[b]
    return (difference * difference).sum()
  }
}
