/// Windows beside each other: the unit in which a stored canvas is worked through.
struct WindowRow: Sendable, Equatable {
  /// Indices into the plan's windows.
  let windows: Range<Int>
  /// Rows of the canvas.
  let rows: Range<Int>

  /// The rows of windows of a plan, from top to bottom.
  ///
  /// - Throws: `EditingError` where windows are not in such rows, each beginning no higher and ending no higher
  ///   than the one above it.
  static func rows(of plan: EditPlan) throws -> [WindowRow] {
    var result: [WindowRow] = []
    for (index, window) in plan.windows.enumerated() {
      let rows = window.rect.y..<window.rect.y + window.rect.height
      if let last = result.last, last.rows == rows {
        result[result.count - 1] = WindowRow(windows: last.windows.lowerBound..<index + 1, rows: rows)
        continue
      }
      if let last = result.last,
        rows.lowerBound <= last.rows.lowerBound || rows.upperBound <= last.rows.upperBound
      {
        throw EditingError.plan(
          field: "order of windows", found: "rows \(last.rows) before rows \(rows)",
          expected: "rows of windows from top to bottom")
      }
      result.append(WindowRow(windows: index..<index + 1, rows: rows))
    }
    return result
  }
}
