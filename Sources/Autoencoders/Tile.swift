import Tensors

/// A part of a canvas and the larger part that has to be computed for it to be right.
struct Tile: Equatable {
  /// One axis of a tile.
  struct Span: Equatable {
    /// What the tile is to give.
    var core: Range<Int>
    /// What is computed; beyond the canvas it goes on from the other side.
    var source: Range<Int>
    /// Circular where the source is the whole of an axis that closes on itself.
    var padding: Padding

    static func * (span: Span, factor: Int) -> Span {
      Span(core: span.core * factor, source: span.source * factor, padding: span.padding)
    }
  }

  var rows: Span
  var columns: Span

  /// Tiles that cover the canvas, each of at most `area` cells (or of one cell and its surroundings).
  ///
  /// Of the grids that do, the one with the least to compute, overlaps included. It depends on sizes alone.
  static func cover(
    height: Int, width: Int, reach: Int, area: Int, paddingX: Padding, paddingY: Padding
  ) -> [Tile] {
    var best: (cost: Int, tiles: [Tile])?
    for columns in 1...max(1, min(width, 64)) {
      let across = spans(length: width, count: columns, reach: reach, padding: paddingX)
      let widest = across.map(\.source.count).max() ?? 0
      for rows in 1...max(1, height) {
        let down = spans(length: height, count: rows, reach: reach, padding: paddingY)
        let tallest = down.map(\.source.count).max() ?? 0
        guard tallest * widest <= area || (rows == height && columns == min(width, 64)) else { continue }
        let cost = across.reduce(0) { $0 + $1.source.count } * down.reduce(0) { $0 + $1.source.count }
        if cost < best?.cost ?? .max {
          best = (cost, down.flatMap { rows in across.map { Tile(rows: rows, columns: $0) } })
        }
        break
      }
    }
    return best?.tiles ?? []
  }

  private static func spans(length: Int, count: Int, reach: Int, padding: Padding) -> [Span] {
    (0..<count).map { index in
      let core = index * length / count..<(index + 1) * length / count
      let wide = core.lowerBound - reach..<core.upperBound + reach
      if padding == .zero { return Span(core: core, source: wide.clamped(to: 0..<length), padding: .zero) }
      return wide.count < length
        ? Span(core: core, source: wide, padding: .zero)
        : Span(core: core, source: 0..<length, padding: .circular)
    }
  }
}

extension Range<Int> {
  static func * (range: Range<Int>, factor: Int) -> Range<Int> {
    range.lowerBound * factor..<range.upperBound * factor
  }
}
