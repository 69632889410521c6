/// Joins bands of rows that overlap, fading each into the next; without an overlap they are put end to end.
///
/// For autoencoders whose bands differ because they look at all they are given: group norms and attention.
struct BandFade {
  private let rowLength: Int
  /// The rows of the band before that this one has too.
  private var tail: [Float] = []

  init(rowLength: Int) { self.rowLength = rowLength }

  /// Takes a band and answers the rows that are finished.
  ///
  /// - Parameter shared: how many of its last rows the next band begins with.
  mutating func join(_ band: [Float], shared: Int) -> [Float] {
    var band = band
    let count = tail.count / max(1, rowLength)
    for row in 0..<count {
      let weight = (Float(row) + 0.5) / Float(count)
      for index in row * rowLength..<(row + 1) * rowLength {
        band[index] = tail[index] + weight * (band[index] - tail[index])
      }
    }
    tail = Array(band.suffix(shared * rowLength))
    return Array(band.dropLast(shared * rowLength))
  }
}
