import Tensors

extension PatchField {
  /// Rows that are gone through one after the other; other bands are seen as the round before left them, so that the
  /// result does not depend on the number of threads.
  private static let bandHeight = 16

  /// Looks for better sources: those beside the neighbours' sources, and random ones ever nearer to the best so far
  /// (Barnes et al., "PatchMatch: A Randomized Correspondence Algorithm for Structural Image Editing", 2009).
  ///
  /// - Parameter rounds: from the top left in even ones, from the bottom right in odd ones.
  mutating func search(rounds: Int, generator: CounterGenerator) {
    let level = level
    unsafe level.withComparison(guidance) { comparison in
      unsafe sources.withUnsafeMutableBufferPointer { sources in
        unsafe distances.withUnsafeMutableBufferPointer { distances in
          for round in 0..<rounds {
            let shift = round % 2 == 0 ? 0 : Self.bandHeight / 2
            let first = (level.rows.lowerBound + shift) / Self.bandHeight
            let last = (level.rows.upperBound - 1 + shift) / Self.bandHeight
            let before = unsafe Array(sources)
            unsafe before.withUnsafeBufferPointer { before in
              ThreadPool.parallel(last - first + 1) { index in
                let start = (first + index) * Self.bandHeight - shift
                let rows = (start..<start + Self.bandHeight).clamped(to: level.rows)
                let pass = unsafe SearchPass(
                  level: level, comparison: comparison, before: before, rows: rows, isForward: round % 2 == 0,
                  isFirst: round == 0, generator: generator.part(round))
                unsafe pass.run(sources, distances)
              }
            }
          }
        }
      }
    }
  }
}

extension ExemplarLevel {
  /// The distances of the level's patches, for the length of a closure.
  func withComparison(_ guidance: ExemplarGuidance?, _ body: (PatchComparison) -> Void) {
    unsafe features.withUnsafeBufferPointer { features in
      guard let features = features.baseAddress else { return }
      guard let guidance else {
        return unsafe body(
          PatchComparison(width: width, height: height, features: features, guide: nil, surroundings: nil))
      }
      unsafe guidance.guide.withUnsafeBufferPointer { guide in
        unsafe guidance.surroundings.withUnsafeBufferPointer { surroundings in
          unsafe body(
            PatchComparison(
              width: width, height: height, features: features, guide: guide.baseAddress,
              surroundings: surroundings.baseAddress))
        }
      }
    }
  }
}

/// One round of search through one band of rows.
@unsafe private struct SearchPass {
  let level: ExemplarLevel
  let comparison: PatchComparison
  /// Sources as the round before left them.
  let before: UnsafeBufferPointer<Int32>
  let rows: Range<Int>
  let isForward: Bool
  /// Whether the distances are those of other features yet.
  let isFirst: Bool
  let generator: CounterGenerator

  func run(_ sources: UnsafeMutableBufferPointer<Int32>, _ distances: UnsafeMutableBufferPointer<Float>) {
    unsafe level.isSource.withUnsafeBufferPointer { isSource in
      unsafe level.isTarget.withUnsafeBufferPointer { isTarget in
        for count in unsafe 0..<rows.count {
          let y = unsafe isForward ? rows.lowerBound + count : rows.upperBound - 1 - count
          for count in unsafe 0..<level.columns.count {
            let x = unsafe isForward ? level.columns.lowerBound + count : level.columns.upperBound - 1 - count
            if unsafe isTarget[y * comparison.width + x] {
              unsafe improve(x, y, isSource, sources, distances)
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private func improve(
    _ x: Int, _ y: Int, _ isSource: UnsafeBufferPointer<Bool>, _ sources: UnsafeMutableBufferPointer<Int32>,
    _ distances: UnsafeMutableBufferPointer<Float>
  ) {
    let (width, height) = unsafe (comparison.width, comparison.height)
    let pixel = y * width + x
    var best = unsafe Int(sources[pixel])
    var least =
      unsafe isFirst
      ? comparison.distance(x, y, best % width, best / width, below: .infinity) : distances[pixel]
    @inline(__always) func attempt(_ column: Int, _ row: Int) {
      guard column >= 0, row >= 0, column < width, row < height else { return }
      let source = row * width + column
      guard source != best, unsafe isSource[source] else { return }
      let distance = unsafe comparison.distance(x, y, column, row, below: least)
      if distance < least { (best, least) = (source, distance) }
    }
    let step = unsafe isForward ? 1 : -1
    if x - step >= 0, x - step < width {
      let source = unsafe Int(sources[pixel - step])
      if source >= 0 { attempt(source % width + step, source / width) }
    }
    if y - step >= 0, y - step < height {
      let above = pixel - step * width
      let source = unsafe Int(rows.contains(y - step) ? sources[above] : before[above])
      if source >= 0 { attempt(source % width, source / width + step) }
    }
    let (column, row) = (best % width, best / width)
    var reach = max(width, height)
    var counter = UInt64(pixel) << 6
    while reach >= 1 {
      let bits = unsafe generator.bits(counter)
      counter &+= 1
      let span = UInt64(2 * reach + 1)
      attempt(
        column - reach + Int((bits & 0xFFFF_FFFF) &* span >> 32),
        row - reach + Int((bits >> 32) &* span >> 32))
      reach /= 2
    }
    unsafe sources[pixel] = Int32(best)
    unsafe distances[pixel] = least
  }
}
