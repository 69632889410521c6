import Tensors
import Testing

@testable import Layers

@Suite struct TileOrderTests {
  static let sizes = [(1, 1), (8, 8), (16, 24), (7, 9), (13, 30), (3, 100), (40, 64)]

  @Test(arguments: sizes)
  func holdsEveryTokenOnce(height: Int, width: Int) {
    let order = TileOrder(height: height, width: width)
    #expect(order.raster.sorted() == Array(0..<height * width))
  }

  @Test func blocksAreSquareTilesWhereTheSizeAllows() {
    let order = TileOrder(height: 16, width: 24)
    for block in 0..<6 {
      let places = order.raster[block * 64..<(block + 1) * 64].map { ($0 / 24, $0 % 24) }
      #expect(Set(places.map { $0.0 / 8 }) == [block / 3] && Set(places.map { $0.1 / 8 }) == [block % 3])
    }
  }

  /// Against a search through all pairs of tokens: blocks are neighbours where some tiles of theirs touch.
  @Test(arguments: sizes)
  func neighboursTouch(height: Int, width: Int) {
    let order = TileOrder(height: height, width: width)
    let blocks = blockCount(order.count)
    var tiles = [Set<[Int]>](repeating: [], count: blocks)
    for (place, index) in order.raster.enumerated() {
      tiles[place / 64].insert([index / width / 8, index % width / 8])
    }
    let found = order.neighbours()
    #expect(found.count == blocks)
    for a in 0..<blocks {
      let wanted = (0..<blocks).filter { b in
        tiles[a].contains { one in
          tiles[b].contains { abs(one[0] - $0[0]) <= 1 && abs(one[1] - $0[1]) <= 1 }
        }
      }
      #expect(found[a] == wanted)
    }
  }
}
