/// For each place of a new axis, the run of old places it is made of and their weights, which sum to 1.
struct ResamplingWeights: Sendable {
  let starts: [Int]
  let counts: [Int]
  /// `stride` weights a place, the first `counts` of them used.
  let weights: [Float]
  let stride: Int

  /// Antialiased: where the new axis is coarser the kernel widens with it. Beyond the ends the kernel is cut and
  /// its weights made to sum to 1.
  init(from old: Int, to new: Int, filter: ResamplingFilter) {
    let scale = Double(old) / Double(new)
    let widening = max(scale, 1)
    let support = filter.support * widening
    var starts: [Int] = []
    var counts: [Int] = []
    var lines: [[Float]] = []
    for place in 0..<new {
      let center = (Double(place) + 0.5) * scale
      let low = min(old - 1, max(0, Int((center - support).rounded(.down))))
      let high = min(old, Int((center + support).rounded(.up)))
      var line = (low..<max(high, low + 1)).map {
        filter.weight(at: (Double($0) - center + 0.5) / widening, pixel: 1 / widening)
      }
      let sum = line.reduce(0, +)
      if sum == 0 { line = line.map { _ in 1 / Double(line.count) } } else { line = line.map { $0 / sum } }
      starts.append(low)
      counts.append(line.count)
      lines.append(line.map { Float($0) })
    }
    let stride = counts.max() ?? 0
    self.starts = starts
    self.counts = counts
    self.stride = stride
    weights = lines.flatMap { $0 + [Float](repeating: 0, count: stride - $0.count) }
  }
}
