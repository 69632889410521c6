import Images

/// How far a strip's tones must move at each edge to meet what lies under it.
struct StripTones {
  let overlap: Int
  /// Rows close on themselves.
  let closes: Bool

  /// For each row and channel what to add at the strip's left and right edge: means over the overlap, smoothed along
  /// the edge so that tones move and detail does not.
  func corrections(of picture: FloatImage, band: Int, start: Int) -> (left: [Float], right: [Float]) {
    let width = picture.width
    func edge(_ from: Int, _ under: Int) -> [Float] {
      var means = [Float](repeating: 0, count: picture.height * 3)
      for row in 0..<picture.height {
        for channel in 0..<3 {
          var sum: Float = 0
          for column in 0..<overlap {
            sum +=
              picture.samples[(row * width + under + column) * 3 + channel]
              - picture.samples[(row * width + from + column) * 3 + channel]
          }
          means[row * 3 + channel] = sum / Float(overlap)
        }
      }
      return smoothed(means)
    }
    return (
      edge(start, width - band),
      edge(start + 2 * band - overlap, band - overlap)
    )
  }

  /// Two box means along the rows, of the overlap's length.
  private func smoothed(_ values: [Float]) -> [Float] {
    let count = values.count / 3
    let radius = min(max(2, overlap), max(1, count / 2 - 1))
    var result = values
    for _ in 0..<2 {
      let source = result
      for channel in 0..<3 {
        for row in 0..<count {
          var sum: Float = 0
          var weight: Float = 0
          for offset in -radius...radius {
            let place = row + offset
            guard closes || (0..<count).contains(place) else { continue }
            sum += source[(place + count) % count * 3 + channel]
            weight += 1
          }
          result[row * 3 + channel] = sum / weight
        }
      }
    }
    return result
  }
}
