import Checkpoints

/// Where an ESRGAN file keeps its convolutions: by the names of Real-ESRGAN, of BSRGAN and ESRGAN's own code, or by
/// those of the first release, which counts the parts of one sequence.
struct RRDBNames {
  let first: String
  /// Number of residual blocks of three dense blocks.
  let blocks: Int
  /// What follows them.
  let trunk: String
  /// One for each doubling.
  let doublings: [String]
  let before: String
  let last: String
  private let style: Style

  private enum Style { case realESRGAN, bsrgan, sequence }

  /// Nil where the file is no ESRGAN.
  init?(_ checkpoint: Checkpoint) {
    let styles: [(style: Style, probe: String)] = [
      (.realESRGAN, "body.0.rdb1.conv1.weight"), (.bsrgan, "RRDB_trunk.0.RDB1.conv1.weight"),
      (.sequence, "model.1.sub.0.RDB1.conv1.0.weight"),
    ]
    guard let style = styles.first(where: { checkpoint.contains($0.probe) })?.style else { return nil }
    self.style = style
    let count = checkpoint.count { Self.dense(style, $0, 0, 0) + ".weight" }
    blocks = count
    switch style {
    case .realESRGAN:
      (first, trunk, before, last) = ("conv_first", "conv_body", "conv_hr", "conv_last")
      doublings = (0..<checkpoint.count { "conv_up\($0 + 1).weight" }).map { "conv_up\($0 + 1)" }
    case .bsrgan:
      (first, trunk, before, last) = ("conv_first", "trunk_conv", "HRconv", "conv_last")
      doublings = (0..<checkpoint.count { "upconv\($0 + 1).weight" }).map { "upconv\($0 + 1)" }
    case .sequence:
      // 0, 1, then for each doubling an enlargement, a convolution and a slope, then two convolutions with a slope
      // between: 3, 6, ..., and the last two at 2 and 4 after that.
      let doublings = max(0, checkpoint.count { "model.\(3 * ($0 + 1)).weight" })
      (first, trunk) = ("model.0", "model.1.sub.\(count)")
      (before, last) = ("model.\(3 * doublings + 2)", "model.\(3 * doublings + 4)")
      self.doublings = (0..<doublings).map { "model.\(3 * ($0 + 1))" }
    }
  }

  /// Convolution `index` of 0...4 of a dense block.
  func dense(_ block: Int, _ part: Int, _ index: Int) -> String { Self.dense(style, block, part, index) }

  private static func dense(_ style: Style, _ block: Int, _ part: Int, _ index: Int) -> String {
    switch style {
    case .realESRGAN: "body.\(block).rdb\(part + 1).conv\(index + 1)"
    case .bsrgan: "RRDB_trunk.\(block).RDB\(part + 1).conv\(index + 1)"
    case .sequence: "model.1.sub.\(block).RDB\(part + 1).conv\(index + 1).0"
    }
  }
}
