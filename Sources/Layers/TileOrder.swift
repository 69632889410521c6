import Tensors

/// The order in which a picture's tokens stand in a sequence: tile by tile, so that a block of 64 is a place.
///
/// Tiles are 8 x 8, row by row, and so are the tokens in a tile. Where the picture is no multiple of 8 the last tiles
/// are smaller, and a block covers parts of several.
package struct TileOrder: Sendable {
  static let side = 8

  package let height: Int
  package let width: Int
  /// Raster index (y * width + x) of the token at each place of the sequence.
  package let raster: [Int]

  /// A picture of `height` x `width` tokens.
  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
    var raster: [Int] = []
    raster.reserveCapacity(height * width)
    for top in stride(from: 0, to: height, by: Self.side) {
      for left in stride(from: 0, to: width, by: Self.side) {
        for y in top..<min(height, top + Self.side) {
          for x in left..<min(width, left + Self.side) { raster.append(y * width + x) }
        }
      }
    }
    self.raster = raster
  }

  package var count: Int { raster.count }

  /// For each block of 64 tokens the blocks of all tokens that share a tile with it or touch one of its tiles,
  /// itself included, in ascending order.
  ///
  /// - Parameter places: the tokens that the blocks consist of; nil is all of them.
  package func neighbours(of places: [Int]? = nil) -> [[Int]] {
    let columns = (width + Self.side - 1) / Self.side
    let rows = (height + Self.side - 1) / Self.side
    let tiles = raster.map { ($0 / width / Self.side) * columns + $0 % width / Self.side }
    var blocksOfTile = [Set<Int>](repeating: [], count: rows * columns)
    for (place, tile) in tiles.enumerated() { blocksOfTile[tile].insert(place / attentionBlock) }
    let asked = places ?? Array(raster.indices)
    var tilesOfBlock = [Set<Int>](repeating: [], count: blockCount(asked.count))
    for (row, place) in asked.enumerated() { tilesOfBlock[row / attentionBlock].insert(tiles[place]) }
    return tilesOfBlock.map { tiles in
      var blocks: Set<Int> = []
      for tile in tiles {
        let (row, column) = (tile / columns, tile % columns)
        for y in max(0, row - 1)...min(rows - 1, row + 1) {
          for x in max(0, column - 1)...min(columns - 1, column + 1) {
            blocks.formUnion(blocksOfTile[y * columns + x])
          }
        }
      }
      return blocks.sorted()
    }
  }
}
