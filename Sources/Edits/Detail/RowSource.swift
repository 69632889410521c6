import Tensors

/// Rows of a picture that comes from top to bottom, as (rows, width, 3); asked for from further up, it begins anew.
final class RowSource {
  /// Begins the picture; the next so many rows at each call, or fewer or more, none after the last.
  typealias Rows = (Int) throws -> Tensor

  let height: Int
  private let begin: () throws -> Rows
  private var next: Rows?
  /// Rows `first` on.
  private var held: [Tensor] = []
  private var first = 0

  init(height: Int, begin: @escaping () throws -> Rows) {
    self.height = height
    self.begin = begin
  }

  /// Rows of `range`, which lies within the picture; those above it are let go.
  func rows(_ range: Range<Int>) throws -> Tensor {
    if next == nil || range.lowerBound < first {
      (next, held, first) = (try begin(), [], 0)
    }
    guard let next else { return Tensor(uninitialized: [0]) }
    var end = first + held.reduce(0) { $0 + $1.shape[0] }
    while end < range.upperBound {
      let more = try next(range.upperBound - end)
      precondition(more.shape[0] > 0, "a picture ended before its last row")
      held.append(more)
      end += more.shape[0]
      drop(before: range.lowerBound)
    }
    drop(before: range.lowerBound)
    let all = held.count == 1 ? held[0] : Tensor.concatenated(held)
    held = [all]
    return all.rows(range.lowerBound - first..<range.upperBound - first)
  }

  /// The rows from the top, the next so many at each call; fewer at the end.
  func inOrder() -> Rows {
    var row = 0
    return { count in
      let range = row..<min(self.height, row + count)
      row = range.upperBound
      return try self.rows(range)
    }
  }

  private func drop(before row: Int) {
    while let part = held.first, first + part.shape[0] <= row {
      first += part.shape[0]
      held.removeFirst()
    }
  }
}
