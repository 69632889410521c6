import Tensors

/// Moves the low frequencies of a predicted window to those of the source.
///
/// Tiles drift in colour independently of each other where the picture is flat, and the drift shows as a
/// checkerboard; holding the low band to the base takes it away and leaves the detail.
package struct LowBandAnchor: Sendable, Equatable, Codable {
  /// Half-width in cells of the box that separates the bands; it is applied twice.
  package var radius: Int
  /// How much of the difference is taken away, 0...1.
  package var amount: Float

  package init(radius: Int, amount: Float = 1) {
    self.radius = radius
    self.amount = amount
  }

  /// `prediction + amount * low(source - prediction)`, both (channels, height, width) of one window.
  func apply(to prediction: Tensor, source: Tensor) -> Tensor {
    let shape = prediction.shape
    var difference = source
    difference.scale(by: 1, adding: prediction, times: -1)
    var values = difference.values
    var line = [Float](repeating: 0, count: max(shape[1], shape[2]))
    for channel in 0..<shape[0] {
      let base = channel * shape[1] * shape[2]
      for _ in 0..<2 {
        for row in 0..<shape[1] {
          average(&values, from: base + row * shape[2], stride: 1, count: shape[2], line: &line)
        }
        for column in 0..<shape[2] {
          average(&values, from: base + column, stride: shape[2], count: shape[1], line: &line)
        }
      }
    }
    var result = prediction
    result.scale(by: 1, adding: Tensor(values, shape: shape), times: amount)
    return result
  }

  /// Mean over the box around each place of a line, the box cut at the ends.
  private func average(_ values: inout [Float], from base: Int, stride: Int, count: Int, line: inout [Float])
  {
    var sum: Double = 0
    for index in 0..<min(radius, count) { sum += Double(values[base + index * stride]) }
    for index in 0..<count {
      if index + radius < count { sum += Double(values[base + (index + radius) * stride]) }
      if index > radius { sum -= Double(values[base + (index - radius - 1) * stride]) }
      let length = min(count - 1, index + radius) - max(0, index - radius) + 1
      line[index] = Float(sum / Double(length))
    }
    for index in 0..<count { values[base + index * stride] = line[index] }
  }
}
