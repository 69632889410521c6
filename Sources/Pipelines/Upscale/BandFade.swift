/// Joins bands of rows that overlap, fading each into the next; without an overlap they are put end to end.
///
/// For autoencoders whose bands differ because they look at all they are given: group norms and attention.
struct BandFade {
  /// Rows before and after the border of two bands over which one becomes the other.
  let rows: Int
  private let rowLength: Int
  /// The last `2 * rows` rows of the band before.
  private var tail: [Float] = []

  init(rows: Int, rowLength: Int) {
    self.rows = rows
    self.rowLength = rowLength
  }

  /// Takes a band, `rows` rows longer at each end where another band follows or precedes it, and answers the
  /// rows that are finished.
  mutating func join(_ band: [Float], isLast: Bool) -> [Float] {
    var band = band
    let count = tail.count / max(1, rowLength)
    for row in 0..<count {
      let weight = (Float(row) + 0.5) / Float(count)
      for index in row * rowLength..<(row + 1) * rowLength {
        band[index] = tail[index] + weight * (band[index] - tail[index])
      }
    }
    let kept = isLast ? 0 : min(band.count, 2 * rows * rowLength)
    tail = Array(band.suffix(kept))
    return Array(band.dropLast(kept))
  }
}
