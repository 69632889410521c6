import Tensors
import Testing

@testable import Layers

@Suite struct TileTests {
  @Test(arguments: [(1, 1), (7, 5), (64, 64), (200, 33), (3, 500)], [Padding.zero, .circular])
  func tilesCoverEachCellOnceWithinTheArea(_ size: (height: Int, width: Int), _ padding: Padding) {
    let (reach, area) = (6, 900)
    let tiles = Tile.cover(
      height: size.height, width: size.width, reach: reach, area: area, paddingX: padding, paddingY: .zero)
    var covered = [Int](repeating: 0, count: size.height * size.width)
    for tile in tiles {
      for y in tile.rows.core { for x in tile.columns.core { covered[y * size.width + x] += 1 } }
      #expect(tile.rows.source.count * tile.columns.source.count <= area)
      #expect(tile.rows.source.lowerBound == max(0, tile.rows.core.lowerBound - reach))
      #expect(tile.rows.source.upperBound == min(size.height, tile.rows.core.upperBound + reach))
      if tile.columns.padding == .circular { #expect(tile.columns.source == 0..<size.width) }
    }
    #expect(covered.allSatisfy { $0 == 1 })
  }

  @Test func aPictureThatFitsIsOneTile() {
    let tiles = Tile.cover(
      height: 32, width: 32, reach: 12, area: 1024, paddingX: .zero, paddingY: .circular)
    #expect(tiles.count == 1)
    #expect(tiles.first?.rows.source == 0..<32)
  }

  @Test func anAreaTooSmallForAnyTileStillCovers() {
    let tiles = Tile.cover(height: 9, width: 4, reach: 20, area: 1, paddingX: .zero, paddingY: .zero)
    #expect(tiles.reduce(0) { $0 + $1.rows.core.count * $1.columns.core.count } == 36)
  }

  /// Cores and what is computed for them begin at multiples of a unit; a torus of another length is computed beyond it.
  @Test func keepsToUnits() {
    let (rows, columns) = Tile.grid(
      height: 37, width: 21, reach: 8, area: 700, paddingX: .circular, paddingY: .zero, unit: 4)
    #expect(rows.allSatisfy { $0.core.lowerBound % 4 == 0 && $0.source.lowerBound % 4 == 0 })
    let covered = rows.reduce(0) { $0 + $1.core.count }
    #expect(covered == 37)
    #expect(rows.first?.source.lowerBound == 0 && rows.last?.source.upperBound == 37)
    #expect(columns.allSatisfy { $0.core.lowerBound % 4 == 0 && $0.padding == .zero })
    #expect(columns.first?.source.lowerBound == -8 && columns.last?.source.upperBound == 29)
  }
}
