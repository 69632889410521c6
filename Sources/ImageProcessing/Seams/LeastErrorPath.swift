/// The path from the first row to the last that costs least, moving by at most one column from row to row.
struct LeastErrorPath {
  /// The path's column in each row.
  let columns: [Int]

  /// - Parameters:
  ///   - errors: of each row its columns; all rows of one length, neither of them empty.
  ///   - closes: the last row is the first one's neighbour again.
  init(errors: [[Float]], closes: Bool) {
    guard closes else {
      columns = Self.path(errors, through: nil)
      return
    }
    // Gone round three times, the path of the middle round knows both its neighbours. Where that one begins, the
    // closed path begins and ends.
    let count = errors.count
    let first = Self.path(errors + errors + errors, through: nil)[count]
    let closed = Self.path(errors + [errors[0]], through: first)
    columns = Array(closed.dropLast())
  }

  /// - Parameter column: where the first and the last row must be passed, if that is given.
  private static func path(_ errors: [[Float]], through column: Int?) -> [Int] {
    let width = errors[0].count
    var sums = errors[0]
    if let column { for index in 0..<width where index != column { sums[index] = .infinity } }
    var origins: [[Int]] = []
    origins.reserveCapacity(errors.count)
    for row in errors.dropFirst() {
      var next = [Float](repeating: 0, count: width)
      var from = [Int](repeating: 0, count: width)
      for index in 0..<width {
        var best = index
        if index > 0, sums[index - 1] < sums[best] { best = index - 1 }
        if index + 1 < width, sums[index + 1] < sums[best] { best = index + 1 }
        next[index] = sums[best] + row[index]
        from[index] = best
      }
      sums = next
      origins.append(from)
    }
    var place = column ?? sums.indices.min { sums[$0] < sums[$1] } ?? 0
    var result = [place]
    for from in origins.reversed() {
      place = from[place]
      result.append(place)
    }
    return result.reversed()
  }
}
