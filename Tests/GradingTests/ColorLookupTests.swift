import Testing

@testable import Grading

@Suite struct ColorLookupTests {
  private func read(_ text: String) throws -> ColorLookup { try CubeFileReader.read(Array(text.utf8)) }

  private func largest(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> Float {
    max(abs(a.x - b.x), abs(a.y - b.y), abs(a.z - b.z))
  }

  @Test func lineInterpolatesEachChannel() throws {
    let lookup = try read(
      """
      # by hand
      TITLE "three steps"
      LUT_1D_SIZE 3
      0 1 0
      0.5 0.5 0.1
      1 0 1
      """)
    #expect(lookup.title == "three steps")
    #expect(largest(lookup(SIMD3(0.25, 0.25, 0.75)), SIMD3(0.25, 0.75, 0.55)) < 1e-6)
    #expect(lookup(SIMD3(-1, 2, .nan)) == SIMD3(0, 0, 0))
    #expect(!lookup.keepsGrey)
  }

  @Test func cubeAgreesWithOpenColorIO() throws {
    // Values by OpenColorIO 2.6.0, INTERP_TETRAHEDRAL, on this table; both work in float32.
    let lookup = try read(Self.randomCube)
    let expected: [(SIMD3<Float>, SIMD3<Float>)] = [
      (SIMD3(0.1, 0.2, 0.3), SIMD3(0.4417000, 0.6744000, 0.4607000)),
      (SIMD3(0.3, 0.2, 0.1), SIMD3(0.3412000, 0.6105000, 0.6497000)),
      (SIMD3(0.5, 0.9, 0.7), SIMD3(0.4541000, 0.7746000, 0.4935000)),
      (SIMD3(0.9, 0.5, 0.7), SIMD3(0.2487999, 0.7619001, 0.6468000)),
      (SIMD3(0.7, 0.5, 0.9), SIMD3(0.2757998, 0.4861001, 0.6810001)),
      (SIMD3(0.55, 0.45, 0.95), SIMD3(0.4202502, 0.2430500, 0.7715499)),
      (SIMD3(0.25, 0.25, 0.8), SIMD3(0.3447999, 0.2310500, 0.7000500)),
      (SIMD3(1, 0, 0.5), SIMD3(0.3615000, 0.7845000, 0.6370000)),
      (SIMD3(-0.2, 1.4, 0.5), SIMD3(0.6120000, 0.4570000, 0.7610000)),
    ]
    for (color, value) in expected { #expect(largest(lookup(color), value) < 1e-6) }
  }

  @Test func domainMovesAndStretchesTheInput() throws {
    let nodes = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n"
    let cube = try read("LUT_3D_SIZE 2\nDOMAIN_MIN -1 0 0\nDOMAIN_MAX 1 2 4\n" + nodes)
    #expect(largest(cube(SIMD3(0.5, 0.5, 3)), SIMD3(0.75, 0.25, 0.75)) < 1e-6)
    let resolve = try read("LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0 2\n" + nodes)
    #expect(largest(resolve(SIMD3(0.5, 1, 3)), SIMD3(0.25, 0.5, 1)) < 1e-6)
  }

  @Test func lineBeforeCube() throws {
    let lookup = try read(
      """
      LUT_1D_SIZE 2
      LUT_1D_INPUT_RANGE 0 4
      LUT_3D_SIZE 2
      0 0 0
      1 1 1
      1 1 1
      0 1 1
      1 0 1
      0 0 1
      1 1 0
      0 1 0
      1 0 0
      0 0 0
      """)
    #expect(largest(lookup(SIMD3(1, 2, 3)), SIMD3(0.75, 0.5, 0.25)) < 1e-6)
  }

  private static let nodes = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n"

  /// A table for video range that changes nothing changes nothing of a picture in full range either.
  @Test func videoRangeIsUndone() throws {
    let words = "LUT_3D_SIZE 2\nLUT_IN_VIDEO_RANGE\nLUT_OUT_VIDEO_RANGE\n"
    let same = try read(words + Self.nodes)
    for color in [SIMD3<Float>(0, 0.5, 1), SIMD3(0.1, 0.9, 0.3)] {
      // Two scalings in float32 about values near 1.
      #expect(largest(same(color), color) < 1e-5)
    }
    // Black enters as 16 and leaves as it is: 16 of 255.
    let enters = try read("LUT_3D_SIZE 2\nLUT_IN_VIDEO_RANGE\n" + Self.nodes)
    #expect(largest(enters(SIMD3(0, 1, 0.5)), SIMD3(16, 235, 125.5) / 255) < 1e-6)
    #expect(same.passedOver.isEmpty)
  }

  @Test func readsKeywordsOfOtherPrograms() throws {
    let plain = try read("LUT_3D_SIZE 2\n" + Self.nodes)
    let small = try read("lut_3d_size 2\n" + Self.nodes)
    #expect(small == plain)
    let other = try read("LUT_3D_SIZE 2\nX_CREATOR somebody\nx_creator again\n" + Self.nodes)
    #expect(other.passedOver == ["X_CREATOR"] && other.cube == plain.cube)
  }

  @Test(arguments: [
    ("LUT_1D_SIZE 2\nnan 0 0\n1 1 1\n", "'nan'"), ("LUT_1D_SIZE 2\n0 0 0\n1 inf 1\n", "'inf'"),
    ("LUT_1D_SIZE 2\nDOMAIN_MIN 1 1 1\nDOMAIN_MAX 0 0 0\n0 0 0\n1 1 1\n", "from 1.0 1.0 1.0 to 0.0 0.0 0.0"),
    ("LUT_1D_SIZE 2\n<html>\n", "'<html>'"),
  ])
  func namesWhatIsWrong(text: String, word: String) throws {
    let error = #expect(throws: GradingError.self) { try read(text) }
    #expect(try #require(error).description.contains(word))
  }

  @Test func acceptsByteOrderMarkAndReturns() throws {
    let lookup = try read("\u{FEFF}LUT_1D_SIZE 2\r\n0 0 0\r\n\r\n1 1 1\r\n")
    #expect(lookup.keepsGrey)
    let classic = try read("LUT_1D_SIZE 2\r0 0 0\r1 1 1\r")
    #expect(classic == lookup)
  }

  @Test(arguments: [
    ("", "no size"),
    ("0 0 0", "numbers before a size"),
    ("LUT_3D_SIZE 2\n0 0 0", "1 colours"),
    ("LUT_1D_SIZE 2\n0 0 0\n1 1 1\n1 1 1", "more than 2 colours"),
    ("LUT_1D_SIZE 2\n0 0\n1 1 1", "2 values"),
    ("LUT_1D_SIZE 2\n0 0 1e99\n1 1 1", "'1e99'"),
    ("LUT_1D_SIZE 2\n0 0 0x\n1 1 1", "'0x'"),
    ("LUT_3D_SIZE 9999999999999999999999", "LUT_3D_SIZE 9999"),
    ("LUT_3D_SIZE 257", "LUT_3D_SIZE 257"),
    ("LUT_1D_SIZE 1", "LUT_1D_SIZE 1"),
    ("LUT_1D_SIZE 2\nLUT_1D_SIZE 2", "LUT_1D_SIZE 2"),
    ("LUT_1D_SIZE 2\nDOMAIN_MIN 1 1 1\n0 0 0\n1 1 1", "a domain from"),
    ("LUT_1D_SIZE 2\n0 0 0\nDOMAIN_MIN 0 0 0\n1 1 1", "'DOMAIN_MIN' among"),
    ("LUT_9D_SIZE 2", "'LUT_9D_SIZE'"),
    ("\u{89}PNG\r\n", "'"),
  ])
  func refuses(_ text: String, because reason: String) throws {
    let error = #expect(throws: GradingError.self) { try read(text) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test func refusesBinaryNoise() {
    var state: UInt64 = 42
    for _ in 0..<200 {
      let noise = (0..<300).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
      }
      #expect(throws: GradingError.self) { try CubeFileReader.read(noise) }
    }
  }

  private static let randomCube = """
    LUT_3D_SIZE 4
    0.625 0.897 0.776
    0.225 0.300 0.874
    0.005 0.821 0.797
    0.468 0.303 0.278
    0.255 0.445 0.505
    0.553 0.996 0.793
    0.622 0.989 0.215
    0.160 0.613 0.044
    0.036 0.515 0.466
    0.917 0.629 0.514
    0.497 0.248 0.012
    0.192 0.692 0.201
    0.370 0.004 0.830
    0.154 0.268 0.880
    0.510 0.847 0.640
    0.742 0.091 0.541
    0.508 0.871 0.361
    0.598 0.059 0.388
    0.323 0.150 0.816
    0.379 0.979 0.590
    0.605 0.638 0.676
    0.151 0.440 0.240
    0.402 0.097 0.968
    0.215 0.672 0.300
    0.874 0.662 0.132
    0.845 0.945 0.904
    0.570 0.145 0.192
    0.928 0.552 0.181
    0.884 0.642 0.570
    0.376 0.411 0.239
    0.038 0.876 0.468
    0.548 0.322 0.751
    0.025 0.372 0.030
    0.123 0.967 0.658
    0.428 0.524 0.873
    0.344 0.590 0.684
    0.355 0.519 0.765
    0.909 0.151 0.933
    0.005 0.753 0.811
    0.137 0.419 0.815
    0.014 0.628 0.793
    0.513 0.726 0.226
    0.199 0.363 0.179
    0.346 0.948 0.573
    0.340 0.272 0.952
    0.444 0.980 0.516
    0.521 0.897 0.743
    0.581 0.427 0.878
    0.412 0.923 0.069
    0.430 0.520 0.951
    0.251 0.806 0.676
    0.717 0.630 0.972
    0.333 0.398 0.203
    0.051 0.213 0.915
    0.840 0.112 0.604
    0.479 0.595 0.659
    0.307 0.961 0.466
    0.628 0.635 0.184
    0.062 0.412 0.764
    0.815 0.730 0.113
    0.913 0.802 0.878
    0.523 0.916 0.047
    0.030 0.020 0.253
    0.249 0.188 0.567
    """
}
