/// The order in which llama.cpp keeps the rows of query and key matrices: the two halves of each head, which rotary
/// embedding pairs, alternate.
package struct RowOrder: Sendable, Equatable {
  /// Rows of one head, an even number.
  package let headRows: Int

  /// Nil unless heads of that many rows fill `rows` and have two halves.
  package init?(headRows: Int, rows: Int) {
    guard headRows > 0, headRows % 2 == 0, rows % headRows == 0 else { return nil }
    self.headRows = headRows
  }

  /// Where the file has row `row` of the matrix.
  func place(of row: Int) -> Int {
    let (within, half) = (row % headRows, headRows / 2)
    return row - within + (within < half ? 2 * within : 2 * (within - half) + 1)
  }
}
