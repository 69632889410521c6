import ImageProcessing
import Images
import LatentEditing
import Tensors

/// Resamples a picture that may close on itself to another size, in linear light, a band of rows at a time.
///
/// Along an axis that closes, as much of the other side is put before and behind as whole places of both sizes take.
struct WrappedResampling {
  private let width: Int
  private let height: Int
  private let outputWidth: Int
  /// Pixels put on each side, and the pixels of the result that they make.
  private let beside: (source: Int, output: Int)
  private let above: (source: Int, output: Int)
  private var resampler: RowResampler
  /// The next row of the source, counted from what is put above, and of the result likewise.
  private var row = 0
  private var outputRow = 0

  /// Rows read at a time.
  private static let band = 64

  init(width: Int, height: Int, outputWidth: Int, outputHeight: Int, wrap: Wrap) {
    self.width = width
    self.height = height
    self.outputWidth = outputWidth
    beside = wrap.closesX ? Self.margin(width, outputWidth) : (0, 0)
    above = wrap.closesY ? Self.margin(height, outputHeight) : (0, 0)
    resampler = RowResampler(
      width: width + 2 * beside.source, height: height + 2 * above.source, channels: 3,
      outputWidth: outputWidth + 2 * beside.output, outputHeight: outputHeight + 2 * above.output,
      filter: .lanczos3)
  }

  /// The fewest pixels that the kernel cannot reach beyond and that are whole pixels of both sizes.
  private static func margin(_ length: Int, _ output: Int) -> (source: Int, output: Int) {
    let common = greatestCommonDivisor(length, output)
    let (step, outputStep) = (length / common, output / common)
    let reach = 3 * max(1, (length + output - 1) / output) + 1
    let count = (reach + step - 1) / step
    return (count * step, count * outputStep)
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  /// The next rows of the result; none after the last.
  ///
  /// - Parameter read: rows of the source, (rows.count, width, 3).
  mutating func next(_ read: (Range<Int>) throws -> Tensor) rethrows -> Tensor {
    var lines: [Float] = []
    var count = 0
    let total = height + 2 * above.source
    while count == 0, row < total {
      let place = (row - above.source + height * ((above.source + height - 1) / height)) % height
      let rows = min(Self.band, min(height - place, total - row))
      let light = try read(place..<place + rows).values.map(SRGBCurve.linear)
      row += rows
      for y in 0..<rows {
        let line = widened(light[y * width * 3..<(y + 1) * width * 3])
        var outputs: [[Float]] = []
        resampler.push(line) { outputs.append($0) }
        for output in outputs {
          let isShown = outputRow >= above.output && outputRow < resampler.outputHeight - above.output
          outputRow += 1
          guard isShown else { continue }
          lines += output[beside.output * 3..<(beside.output + outputWidth) * 3].map(SRGBCurve.encoded)
          count += 1
        }
      }
    }
    return Tensor(lines, shape: [count, outputWidth, 3])
  }

  private func widened(_ line: ArraySlice<Float>) -> [Float] {
    if beside.source == 0 { return Array(line) }
    var result: [Float] = []
    result.reserveCapacity((width + 2 * beside.source) * 3)
    for x in -beside.source..<width + beside.source {
      let column = ((x % width) + width) % width
      result += line[(line.startIndex + column * 3)..<(line.startIndex + column * 3 + 3)]
    }
    return result
  }
}
