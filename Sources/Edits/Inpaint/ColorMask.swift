import ImageCodecs
import Images

/// A mask whose colours tell which prompt acts where.
///
/// A pixel is selected as far as its largest channel says: black not at all, any full colour entirely. It belongs to
/// the prompt whose colour has the hue nearest to its own, white and grey to the main one.
struct ColorMask {
  let mask: Mask
  let notices: [String]
  /// For each pixel which prompt is its: 0 the main one, then those of the regions.
  private let owners: [UInt8]

  /// Most regions, so that a byte names one.
  private static let most = 32

  init(path: String, regions: [RegionPrompt]) throws {
    guard regions.count <= Self.most else {
      throw SparseditError(.usage, "--region: expected at most \(Self.most), found \(regions.count)")
    }
    let reader = try ImageReader(path: path)
    let format = reader.header.format
    guard format.colorModel == .rgb else {
      throw SparseditError(.badData, "\(path): expected a mask in colours for --region, found a grey one")
    }
    let hues =
      [SIMD3<Float>(repeating: 1)]
      + regions.map { Self.hue(SIMD3(Float($0.color.red), Float($0.color.green), Float($0.color.blue))) }
    var values: [Float] = []
    var owners: [UInt8] = []
    var counts = [Int](repeating: 0, count: hues.count)
    while reader.nextRow < reader.header.height {
      let rows = try reader.readRows(min(64, reader.header.height - reader.nextRow))
      let samples = SampleRow.floats(
        of: rows, from: 0, count: rows.count / format.sampleType.byteCount, type: format.sampleType)
      for start in stride(from: 0, to: samples.count, by: format.channels) {
        let color = SIMD3(samples[start], samples[start + 1], samples[start + 2])
        let alpha = format.alpha == .straight ? samples[start + 3] : 1
        let value = min(1, max(0, color.max() * alpha))
        let owner = value > 0 ? Self.nearest(Self.hue(color), hues) : 0
        if value > 0 { counts[owner] += 1 }
        values.append(value)
        owners.append(UInt8(owner))
      }
    }
    for (region, count) in zip(regions, counts.dropFirst()) where count == 0 {
      throw SparseditError(
        .badData, "\(path): no pixel has the colour \(region.color.text) of --region '\(region.text)'")
    }
    mask = Mask(width: reader.header.width, height: reader.header.height, values: values)
    self.owners = owners
    notices = reader.notices.map { "\(path): \($0)" }
  }

  /// Where one of the regions lies under `rect` of the picture, which the margins were added to.
  func share(of region: Int, under rect: PixelRect, margins: PictureMargins) -> Mask {
    var share = Mask(width: rect.width, height: rect.height)
    for y in 0..<rect.height {
      let row = rect.y + y - margins.top
      guard (0..<mask.height).contains(row) else { continue }
      for x in 0..<rect.width {
        let column = rect.x + x - margins.left
        guard (0..<mask.width).contains(column) else { continue }
        if owners[row * mask.width + column] == region + 1 { share.values[y * rect.width + x] = 1 }
      }
    }
    return share
  }

  private static func hue(_ color: SIMD3<Float>) -> SIMD3<Float> {
    let largest = color.max()
    return largest > 0 ? color / largest : SIMD3(repeating: 1)
  }

  private static func nearest(_ hue: SIMD3<Float>, _ hues: [SIMD3<Float>]) -> Int {
    var best = (index: 0, distance: Float.infinity)
    for (index, other) in hues.enumerated() {
      let difference = hue - other
      let distance = (difference * difference).sum()
      if distance < best.distance { best = (index, distance) }
    }
    return best.index
  }
}
