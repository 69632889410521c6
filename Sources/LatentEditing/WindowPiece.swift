import Images

/// A window at one step: where it lies after the roll, and which of its cells may change at this noise level.
struct WindowPiece {
  /// Index of the window in the plan.
  let index: Int
  let rect: CellRect
  /// Row by row; nil if all may change.
  let active: [Bool]?

  /// Nil when no cell of the window may change yet: there is nothing to ask the model.
  init?(index: Int, window: EditWindow, roll: (x: Int, y: Int), plan: EditPlan, sigma: Float) {
    let canvas = plan.canvas
    var rect = window.rect.offset(x: roll.x, y: roll.y)
    rect.x = canvas.column(rect.x)
    rect.y = canvas.row(rect.y)
    self.index = index
    self.rect = rect
    guard let changeMap = plan.changeMap else {
      active = nil
      return
    }
    var cells: [Bool] = []
    cells.reserveCapacity(rect.width * rect.height)
    for row in 0..<rect.height {
      let line = canvas.row(rect.y + row) * canvas.width
      for column in 0..<rect.width {
        cells.append(changeMap.mayChange(line + canvas.column(rect.x + column), at: sigma))
      }
    }
    guard cells.contains(true) else { return nil }
    active = cells.contains(false) ? cells : nil
  }
}

extension Mask {
  /// Whether a cell of a change map is edited at a noise level: when the level has come down to its value.
  func mayChange(_ cell: Int, at sigma: Float) -> Bool {
    values[cell] > 0 && sigma <= values[cell]
  }
}
