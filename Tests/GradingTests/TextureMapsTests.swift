import Foundation
import Images
import Testing

@testable import Grading

@Suite struct TextureMapsTests {
  /// Noise of several scales; any picture will do where the torus is concerned.
  private func noise(_ width: Int, _ height: Int) -> FloatImage {
    var state: UInt64 = 9
    let samples = (0..<3 * width * height).map { index -> Float in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let wave = Foundation.sin(Double(index) * 0.013) * 0.3
      return Float(0.5 + wave + Double(state >> 40) / Double(1 << 24) * 0.4 - 0.2)
    }
    return FloatImage(width: width, height: height, channels: 3, samples: samples)
  }

  private func rolled(_ image: FloatImage, _ dx: Int, _ dy: Int) -> FloatImage {
    var result = image
    for y in 0..<image.height {
      for x in 0..<image.width {
        for channel in 0..<image.channels {
          result[(x + dx) % image.width, (y + dy) % image.height, channel] = image[x, y, channel]
        }
      }
    }
    return result
  }

  private func plane(_ width: Int, _ height: Int, _ body: (Int, Int) -> Float) -> TexturePlane {
    TexturePlane(
      width: width, height: height, axes: .both,
      values: (0..<width * height).map { body($0 % width, $0 / width) })
  }

  @Test(arguments: [(1, 0), (0, 1), (17, 5), (39, 28)])
  func rollingTheTextureRollsTheMapsExactly(dx: Int, dy: Int) throws {
    // Odd sizes, smaller than the widest kernel.
    let texture = noise(41, 29)
    let maps = try TextureMaps(of: texture)
    let other = try TextureMaps(of: rolled(texture, dx, dy))
    #expect(other.height == rolled(maps.height, dx, dy))
    #expect(other.normal == rolled(maps.normal, dx, dy))
    #expect(other.roughness == rolled(maps.roughness, dx, dy))
    #expect(other.occlusion == rolled(maps.occlusion, dx, dy))
    // The maps have something to roll.
    #expect(Set(maps.height.samples).count > 500 && Set(maps.occlusion.samples).count > 500)
  }

  @Test func oneAxisRollsAloneAndTheOtherDoesNot() throws {
    let texture = noise(32, 32)
    let maps = try TextureMaps(of: texture, axes: .x)
    #expect(try TextureMaps(of: rolled(texture, 7, 0), axes: .x).height == rolled(maps.height, 7, 0))
    #expect(try TextureMaps(of: rolled(texture, 0, 7), axes: .x).height != rolled(maps.height, 0, 7))
  }

  @Test func flatTextureGivesFlatMaps() throws {
    let maps = try TextureMaps(of: FloatImage(width: 9, height: 7, channels: 1, repeating: 0.3))
    #expect(maps.height.samples.allSatisfy { $0 == 0.5 })
    #expect(maps.occlusion.samples.allSatisfy { $0 == 1 })
    for pixel in 0..<63 { #expect(maps.normal.samples[3 * pixel..<3 * pixel + 3] == [0.5, 0.5, 1]) }
  }

  @Test func smoothingFollowsItsKernel() {
    let impulse = plane(16, 16) { $0 == 5 && $1 == 6 ? 1 : 0 }
    let smooth = impulse.smoothed(spacing: 2)
    func value(_ x: Int, _ y: Int) -> Float { smooth.values[y * 16 + x] }
    #expect(value(5, 6) == 36.0 / 256 && value(7, 6) == 24.0 / 256 && value(9, 10) == 1.0 / 256)
    #expect(value(6, 6) == 0 && smooth.values.reduce(0, +) == 1)
    // Across the border: 5 - 4 = 1 and, from 2, 2 - 4 = 14.
    let near = plane(16, 16) { $0 == 2 && $1 == 0 ? 1 : 0 }.smoothed(spacing: 2)
    #expect(near.values[14] == 6.0 / 256)
  }

  @Test func brightIsHighUnlessInverted() throws {
    let bump = FloatImage(
      width: 32, height: 32, channels: 1,
      samples: (0..<1024).map {
        ($0 % 32 - 16) * ($0 % 32 - 16) + ($0 / 32 - 16) * ($0 / 32 - 16) < 9 ? 0.9 : 0.4
      })
    var settings = TextureMapSettings()
    let high = try TextureMaps(of: bump, settings: settings).height
    #expect(high[16, 16, 0] > high[2, 2, 0] + 0.3)
    settings.invertsHeight = true
    let low = try TextureMaps(of: bump, settings: settings).height
    #expect(low.samples == high.samples.map { 1 - $0 })
  }

  /// One slow wave across the tile, and stripes of four rows.
  private let waveAndStripes = FloatImage(
    width: 64, height: 64, channels: 1,
    samples: (0..<64 * 64).map { index -> Float in
      let wave = Foundation.sin(2 * Double.pi * Double(index % 64) / 64)
      return 0.5 + 0.2 * Float(wave) + (index / 64 % 4 < 2 ? 0.05 : -0.05)
    })

  private func height(_ texture: FloatImage, _ largestFeature: Int, balance: Float) throws -> FloatImage {
    var settings = TextureMapSettings()
    settings.largestFeature = largestFeature
    settings.balance = balance
    return try TextureMaps(of: texture, settings: settings).height
  }

  @Test func unevenLightIsDropped() throws {
    func wave(_ largestFeature: Int) throws -> Float {
      let map = try height(waveAndStripes, largestFeature, balance: 0.5)
      return (0..<64).map { map[16, $0, 0] - map[48, $0, 0] }.reduce(0, +) / 64
    }
    // The bands overlap, so a little of the wave leaks through.
    #expect(try wave(1024) > 0.4)
    #expect(try wave(8) < 0.25 * wave(1024))
  }

  @Test func balanceLiftsWideRelief() throws {
    func stripes(_ balance: Float) throws -> Float {
      let map = try height(waveAndStripes, 1024, balance: balance)
      return (0..<64).map { abs(map[$0, 0, 0] - map[$0, 2, 0]) }.reduce(0, +) / 64
    }
    #expect(try stripes(2) < 0.2 * stripes(0))
  }

  @Test func normalsOfAWave() {
    // Height 0.5 + 0.5 sin(2 pi y / 16) down the rows: Sobel's slope is 0.5 sin(2 pi / 16) cos(2 pi y / 16).
    let wave = plane(4, 16) { _, y in 0.5 + 0.5 * Float(Foundation.sin(2 * Double.pi * Double(y) / 16)) }
    let up = NormalMapper(depth: 3, convention: .openGL).normals(of: wave)
    let down = NormalMapper(depth: 3, convention: .directX).normals(of: wave)
    for y in 0..<16 {
      let slope =
        3 * 0.5 * Foundation.sin(2 * Double.pi / 16) * Foundation.cos(2 * Double.pi * Double(y) / 16)
      let expected = Float(0.5 + 0.5 * slope / (1 + slope * slope).squareRoot())
      let place = 3 * (4 * y + 2)
      #expect(up[place] == 0.5)
      #expect(abs(up[place + 1] - expected) < 1e-6 && abs(down[place + 1] - (1 - expected)) < 1e-6)
    }
    // To the right of a rise the surface leans left: red below one half.
    let step = plane(8, 4) { x, _ in x >= 4 ? 1 : 0 }
    #expect(NormalMapper(depth: 1, convention: .openGL).normals(of: step)[3 * 4] < 0.5)
  }

  @Test func occlusionOfAHole() {
    // One pixel, 1 deep: 12 of the 16 directions begin 1 pixel away and 4 begin on a diagonal.
    let hole = plane(32, 32) { $0 == 8 && $1 == 8 ? 0 : 1 }
    for depth: Float in [1, 3] {
      let seen = OcclusionEstimator(radius: 6, depth: depth).occlusion(of: hole).values
      let expected = (12 / (1 + depth * depth) + 4 / (1 + depth * depth / 2)) / 16
      #expect(abs(seen[8 * 32 + 8] - expected) < 1e-6)
      #expect(seen[20 * 32 + 20] == 1 && seen[8 * 32 + 9] == 1)
    }
  }

  @Test func occlusionSeesThinWallsWithinItsRadiusOnly() {
    // At every distance: what lies between the places that are looked at must not be missed.
    let wall = plane(96, 4) { x, _ in x == 0 ? 1 : 0 }
    let seen = OcclusionEstimator(radius: 24, depth: 10).occlusion(of: wall).values
    for x in 1...24 { #expect(seen[x] < 1, "\(x) pixels away") }
    for x in 26...70 { #expect(seen[x] == 1, "\(x) pixels away") }
    // The farther the wall, the less it hides.
    #expect(seen[1] < seen[4] && seen[4] < seen[10] && seen[10] < seen[20])
  }

  @Test func occlusionOfARampIsItsSlope() {
    // Far from where the saw falls, along x only: each direction climbs by the slope times its cosine.
    let ramp = plane(256, 2) { x, _ in Float(x) / 256 }
    let seen = OcclusionEstimator(radius: 20, depth: 128).occlusion(of: ramp).values
    // The four diagonal and twelve other directions begin with steps of one pixel along an axis or diagonal;
    // seven of sixteen climb, by 0.5 along x and 0.5 cos 45 on diagonals, and steeper ones are found farther.
    let straight: Float = 1 / (1 + 0.25)
    #expect(seen[100] > straight && seen[100] < 1)
    let flat = OcclusionEstimator(radius: 20, depth: 0).occlusion(of: ramp).values
    #expect(flat[100] == 1)
    var settled = seen[60..<200]
    let first = settled.removeFirst()
    #expect(settled.allSatisfy { abs($0 - first) < 1e-5 })
  }

  @Test func busyPartsAreRougher() throws {
    let samples = (0..<64 * 64).map { index -> Float in
      index % 64 < 32 ? 0.5 : ((index % 64 + index / 64) % 2 == 0 ? 0.3 : 0.7)
    }
    var settings = TextureMapSettings()
    settings.roughness = 0.2...0.8
    let maps = try TextureMaps(
      of: FloatImage(width: 64, height: 64, channels: 1, samples: samples), settings: settings)
    #expect(abs(maps.roughness[16, 30, 0] - 0.2) < 0.02 && abs(maps.roughness[48, 30, 0] - 0.8) < 0.02)
  }

  @Test func orderStatisticsAgreeWithSorting() {
    let values: [Float] = [3, -1, 0.5, -0.0, 1e-20, -7.25, 1e20, 0.5, 2]
    let sorted = values.sorted()
    for rank in values.indices { #expect(OrderStatistic.value(at: rank, of: values) == sorted[rank]) }
  }

  @Test func settingsAreChecked() {
    let texture = FloatImage(width: 4, height: 4, channels: 1)
    let changes: [(inout TextureMapSettings) -> Void] = [
      { $0.largestFeature = 0 }, { $0.balance = .nan }, { $0.depth = -1 }, { $0.roughness = 0.5...2 },
      { $0.occlusionRadius = 0 },
    ]
    for change in changes {
      var settings = TextureMapSettings()
      change(&settings)
      #expect(throws: GradingError.self) { try TextureMaps(of: texture, settings: settings) }
    }
    #expect(throws: GradingError.self) { try TextureMaps(of: FloatImage(width: 0, height: 4, channels: 1)) }
  }
}
