package import Tensors

/// A part of a canvas and the larger part that has to be computed for it to be right.
package struct Tile: Equatable {
  /// One axis of a tile.
  package struct Span: Equatable {
    /// What the tile is to give.
    package var core: Range<Int>
    /// What is computed; beyond the canvas it goes on from the other side.
    package var source: Range<Int>
    /// Circular where the source is the whole of an axis that closes on itself.
    package var padding: Padding

    package init(core: Range<Int>, source: Range<Int>, padding: Padding) {
      self.core = core
      self.source = source
      self.padding = padding
    }

    package static func * (span: Span, factor: Int) -> Span {
      Span(core: span.core * factor, source: span.source * factor, padding: span.padding)
    }
  }

  package var rows: Span
  package var columns: Span

  /// Tiles that cover the canvas, each of at most `area` cells (or of one cell and its surroundings).
  package static func cover(
    height: Int, width: Int, reach: Int, area: Int, paddingX: Padding, paddingY: Padding
  ) -> [Tile] {
    let (rows, columns) = grid(
      height: height, width: width, reach: reach, area: area, paddingX: paddingX, paddingY: paddingY)
    return rows.flatMap { rows in columns.map { Tile(rows: rows, columns: $0) } }
  }

  /// The same by rows and columns.
  ///
  /// Of the grids that do, the one with the least to compute, overlaps included. It depends on sizes alone.
  ///
  /// - Parameters:
  ///   - rowsAtMost: cells that a tile's core is high at most.
  ///   - unit: what cores, and sources on an axis that does not close on itself, begin at a multiple of.
  ///     `reach` is one too. A torus whose length is no multiple of it is computed beyond its own length.
  package static func grid(
    height: Int, width: Int, reach: Int, area: Int, paddingX: Padding, paddingY: Padding,
    rowsAtMost: Int = .max, unit: Int = 1
  ) -> (rows: [Span], columns: [Span]) {
    let most = (rows: (height + unit - 1) / unit, columns: min((width + unit - 1) / unit, 64))
    let fewestRows = max(1, (most.rows - 1) / max(1, rowsAtMost / unit) + 1)
    var best: (cost: Int, rows: [Span], columns: [Span])?
    for columns in 1...max(1, most.columns) {
      let across = spans(length: width, count: columns, reach: reach, padding: paddingX, unit: unit)
      let widest = across.map(\.source.count).max() ?? 0
      for rows in fewestRows...max(fewestRows, most.rows) {
        let down = spans(length: height, count: rows, reach: reach, padding: paddingY, unit: unit)
        let tallest = down.map(\.source.count).max() ?? 0
        guard tallest * widest <= area || (rows == most.rows && columns == most.columns) else { continue }
        let cost = across.reduce(0) { $0 + $1.source.count } * down.reduce(0) { $0 + $1.source.count }
        if cost < best?.cost ?? .max { best = (cost, down, across) }
        break
      }
    }
    return best.map { ($0.rows, $0.columns) } ?? ([], [])
  }

  private static func spans(length: Int, count: Int, reach: Int, padding: Padding, unit: Int) -> [Span] {
    let units = (length + unit - 1) / unit
    return (0..<count).map { index in
      let core = index * units / count * unit..<min(length, (index + 1) * units / count * unit)
      let wide = core.lowerBound - reach..<core.upperBound + reach
      if padding == .zero { return Span(core: core, source: wide.clamped(to: 0..<length), padding: .zero) }
      return wide.count < length || length % unit != 0
        ? Span(core: core, source: wide, padding: .zero)
        : Span(core: core, source: 0..<length, padding: .circular)
    }
  }
}

extension Range<Int> {
  package static func * (range: Range<Int>, factor: Int) -> Range<Int> {
    range.lowerBound * factor..<range.upperBound * factor
  }
}
