import Images
import Testing

@testable import ImageProcessing

@Suite struct MaskTests {
  /// Against every pixel compared with every seed.
  @Test func distancesAreExact() {
    var numbers = Scramble(state: 5)
    for (width, height, density) in [
      (17, 13, Float(0.05)), (1, 9, 0.3), (12, 1, 0.3), (20, 20, 0.5), (9, 9, 0),
    ] {
      let seeds = (0..<width * height).map { _ in numbers.next() < density }
      let field = distances(width: width, height: height) { seeds[$0] }
      for pixel in seeds.indices {
        var best = Float.infinity
        for seed in seeds.indices where seeds[seed] {
          let (dx, dy) = (pixel % width - seed % width, pixel / width - seed / width)
          best = min(best, Float(dx * dx + dy * dy).squareRoot())
        }
        #expect(field[pixel] == best)
      }
    }
  }

  @Test func aRegionIsContinuedByItsMirrorImage() {
    var picture = FloatImage(width: 12, height: 3, channels: 2)
    for sample in picture.samples.indices { picture.samples[sample] = Float(sample) }
    var mask = Mask(width: 12, height: 3)
    // A region from column 5 on, of which the far end lies deeper than the picture is wide before it.
    for y in 0..<3 { for x in 5..<12 { mask[x, y] = 1 } }
    let shown = picture.mirrored(into: mask)
    for y in 0..<3 {
      for (x, from) in [(4, 4), (5, 3), (6, 2), (7, 1), (8, 0), (9, 0), (11, 0)] {
        #expect(shown[x, y, 0] == picture[from, y, 0])
        #expect(shown[x, y, 1] == picture[from, y, 1])
      }
    }
    // Between two borders the mirror image would lie in the region: the border's pixel goes on.
    mask = Mask(width: 12, height: 3, repeating: 1)
    for y in 0..<3 { mask[6, y] = 0 }
    let spread = picture.mirrored(into: mask)
    for x in 0..<12 { #expect(spread[x, 1, 0] == picture[6, 1, 0]) }
    // Soft values keep what is there, and without surroundings there is nothing to mirror.
    mask = Mask(width: 12, height: 3, repeating: 0.9)
    #expect(picture.mirrored(into: mask) == picture)
    mask = Mask(width: 12, height: 3, repeating: 1)
    #expect(picture.mirrored(into: mask) == picture)
  }

  @Test func growingAndShrinkingADisc() {
    let start = disc(64, 64, x: 32, y: 32, radius: 10)
    #expect(start.grown(by: 5).values.reduce(0, +) > start.values.reduce(0, +))
    for pixel in start.values.indices {
      let (dx, dy) = (Float(pixel % 64 - 32), Float(pixel / 64 - 32))
      let distance = (dx * dx + dy * dy).squareRoot()
      // The disc's border is known to a pixel's diagonal.
      if distance < 13.5 { #expect(start.grown(by: 5).values[pixel] == 1) }
      if distance > 15 { #expect(start.grown(by: 5).values[pixel] == 0) }
      if distance < 5 { #expect(start.shrunk(by: 4).values[pixel] == 1) }
      if distance > 6.5 { #expect(start.shrunk(by: 4).values[pixel] == 0) }
    }
    #expect(start.grown(by: 0) == start)
  }

  @Test func boxesOfMasks() {
    #expect(Mask(width: 5, height: 5).boundingBox() == nil)
    var mask = Mask(width: 9, height: 7)
    mask[3, 2] = 0.01
    mask[6, 5] = 1
    #expect(mask.boundingBox() == PixelRect(x: 3, y: 2, width: 4, height: 4))
    #expect(mask.thresholded(at: 0.5).boundingBox() == PixelRect(x: 6, y: 5, width: 1, height: 1))
    #expect(mask.inverted()[0, 0] == 1)
  }

  @Test func poolingTakesTheLargestValueOfAPatch() throws {
    var mask = Mask(width: 32, height: 16)
    mask[17, 15] = 0.25
    mask[31, 0] = 0.75
    let cells = try mask.pooled(width: 4, height: 2, patch: 2)
    #expect(cells.width == 4 && cells.height == 2)
    #expect(cells.values == [0, 0, 0.75, 0.75, 0, 0, 0.75, 0.75])
    #expect(try mask.pooled(width: 4, height: 2, patch: 1).values == [0, 0, 0, 0.75, 0, 0, 0.25, 0])
    #expect(throws: ImageProcessingError.self) { try mask.pooled(width: 3, height: 2, patch: 2) }
  }

  /// However much smaller the model's picture is, one selected pixel selects a patch, at its full value.
  @Test func poolingLosesNoPixel() throws {
    for (width, height) in [(1000, 700), (31, 17), (7, 5), (48, 32)] {
      for (x, y) in [(0, 0), (width - 1, height - 1), (width / 3, height / 2)] {
        var mask = Mask(width: width, height: height)
        mask[x, y] = 1
        let cells = try mask.pooled(width: 12, height: 8, patch: 2)
        #expect(cells.values.contains(1))
        // And only patches that it touches: at least one, never one further away.
        let touched = cells.boundingBox()
        #expect((touched?.x ?? 99) * width <= x * 12 && (touched?.maxX ?? 0) * width >= (x + 1) * 12)
        #expect((touched?.y ?? 99) * height <= y * 8 && (touched?.maxY ?? 0) * height >= (y + 1) * 8)
        if width % 6 == 0 { #expect(cells.values.reduce(0, +) == 4) }
      }
    }
  }

  @Test func regionsHangTogetherByEdgesAndCorners() {
    let drawing = [
      "##....#",
      "..#...#",
      "......#",
      "#.#....",
      "#.#..##",
      "###..##",
    ]
    let mask = mask(7, 6) { x, y in Array(drawing[y])[x] == "#" ? 1 : 0 }
    let parts = MaskRegions(of: mask)
    #expect(
      parts.regions == [
        MaskRegion(box: PixelRect(x: 0, y: 0, width: 3, height: 2), pixelCount: 3),
        MaskRegion(box: PixelRect(x: 6, y: 0, width: 1, height: 3), pixelCount: 3),
        MaskRegion(box: PixelRect(x: 0, y: 3, width: 3, height: 3), pixelCount: 7),
        MaskRegion(box: PixelRect(x: 5, y: 4, width: 2, height: 2), pixelCount: 4),
      ])
    let third = parts.mask(mask, keeping: 2)
    #expect(third.values.reduce(0, +) == 7)
    #expect(third.boundingBox() == parts.regions[2].box)
    // At most two empty pixels lie between neighbours: grown by one pixel each, they touch.
    #expect(MaskRegions(of: mask, growingBy: 0.9).regions.count == 4)
    #expect(MaskRegions(of: mask, growingBy: 1).regions.map(\.pixelCount) == [17])
    let columns = twoColumns(12)
    #expect(MaskRegions(of: columns, growingBy: 1).regions.count == 2)
    #expect(MaskRegions(of: columns, growingBy: 2).regions.count == 1)
    #expect(MaskRegions(of: Mask(width: 3, height: 3)).regions.isEmpty)
  }

  /// Two columns with three empty ones between.
  func twoColumns(_ width: Int) -> Mask { mask(width, 3) { x, _ in x == 3 || x == 7 ? 1 : 0 } }

  /// Labels that are given first and joined late: a comb whose teeth meet at the bottom.
  @Test func aCombIsOneRegion() {
    let comb = mask(101, 40) { x, y in x % 2 == 0 || y == 39 ? 1 : 0 }
    #expect(MaskRegions(of: comb).regions.count == 1)
    let spiral = mask(9, 9) { x, y in
      let ring = min(x, y, 8 - x, 8 - y)
      return ring % 2 == 0 && !(x == ring && y == ring + 1) ? 1 : 0
    }
    #expect(MaskRegions(of: spiral).regions.count == 3)
  }

  @Test func aFeatherFallsInwardAndIsZeroOutside() {
    let mask = disc(100, 100, x: 50, y: 50, radius: 40)
    let (alpha, width) = mask.feathered(.automatic)
    #expect(abs(width - 4.1) < 0.1)  // a tenth of an inner radius of 41
    for pixel in mask.values.indices {
      let (dx, dy) = (Float(pixel % 100 - 50), Float(pixel / 100 - 50))
      let distance = (dx * dx + dy * dy).squareRoot()
      if mask.values[pixel] == 0 {
        #expect(alpha.values[pixel] == 0)
      } else {
        #expect(alpha.values[pixel] > 0)
      }
      if distance < 34 { #expect(alpha.values[pixel] == 1) }
    }
    // Along a radius it never falls.
    let line = (10...50).map { alpha[$0, 50] }
    #expect(zip(line, line.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(line[0] < 0.2)
  }

  @Test func aFeatherIsAtMostHalfTheInnerRadiusOfEachRegion() {
    var mask = disc(120, 60, x: 30, y: 30, radius: 20)
    for y in 28..<33 { for x in 80..<110 { mask[x, y] = 1 } }
    let (alpha, width) = mask.feathered(.pixels(30))
    // The nearest pixel outside a disc of 20 is (20, 1) away.
    #expect(abs(width - Float(401).squareRoot() / 2) < 1e-4)
    // The bar is 5 pixels high, 3 deep in the middle: half of that is its feather, and the middle is opaque.
    #expect(alpha[95, 30] == 1)
    #expect(alpha[30, 30] == 1)
    #expect(alpha[95, 28] < 0.5)
    let hard = mask.feathered(.pixels(0)).alpha
    #expect(hard.values == mask.values)
    // One pixel still shows.
    var dot = Mask(width: 5, height: 5)
    dot[2, 2] = 1
    #expect(dot.feathered(.automatic).alpha[2, 2] > 0.5)
  }

  @Test func thePicturesBorderIsNotFeathered() {
    let half = mask(60, 40) { x, _ in x < 30 ? 1 : 0 }
    let alpha = half.feathered(.pixels(6)).alpha
    #expect(alpha[0, 20] == 1 && alpha[0, 0] == 1)
    #expect(alpha[29, 20] < 0.5 && alpha[30, 20] == 0)
    let all = Mask(width: 20, height: 20, repeating: 1)
    #expect(all.feathered(.automatic).alpha == all)
  }

  /// Values below a half fade besides; a half and more do not.
  @Test func faintlySelectedPixelsFadeToo() {
    let soft = mask(60, 60) { x, y in x > 10 && x < 50 && y > 10 && y < 50 ? (x < 30 ? 0.1 : 0.6) : 0 }
    let hard = soft.thresholded(at: 0.05)
    let (a, b) = (soft.feathered(.automatic).alpha, hard.feathered(.automatic).alpha)
    #expect(abs(a[20, 30] - 0.2) < 1e-6 && b[20, 30] == 1)
    #expect(a[40, 30] == 1)
    for pixel in soft.values.indices { #expect((a.values[pixel] > 0) == (soft.values[pixel] > 0)) }
  }
}
