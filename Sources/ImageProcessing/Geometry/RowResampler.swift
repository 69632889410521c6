/// Resamples a picture that arrives row by row, holding only the rows that the next output row needs.
package struct RowResampler {
  package let outputWidth: Int
  package let outputHeight: Int
  let channels: Int
  private let inputHeight: Int
  private let columns: ResamplingWeights
  private let rows: ResamplingWeights
  /// The last rows, already resampled along x; row r is at r modulo the count.
  private var ring: [[Float]]
  private var rowsIn = 0
  private var rowsOut = 0

  /// All sizes are over 0.
  package init(
    width: Int, height: Int, channels: Int, outputWidth: Int, outputHeight: Int, filter: ResamplingFilter
  ) {
    self.outputWidth = outputWidth
    self.outputHeight = outputHeight
    self.channels = channels
    inputHeight = height
    columns = ResamplingWeights(from: width, to: outputWidth, filter: filter)
    rows = ResamplingWeights(from: height, to: outputHeight, filter: filter)
    ring = [[Float]](
      repeating: [Float](repeating: 0, count: outputWidth * channels), count: max(1, rows.stride))
  }

  /// Takes the next input row (width x channels values) and hands over every output row it completes.
  package mutating func push(_ row: [Float], emit: ([Float]) throws -> Void) rethrows {
    resampleAlongX(row, into: rowsIn % ring.count)
    rowsIn += 1
    while rowsOut < outputHeight, rows.starts[rowsOut] + rows.counts[rowsOut] <= rowsIn {
      var output = [Float](repeating: 0, count: outputWidth * channels)
      for tap in 0..<rows.counts[rowsOut] {
        let weight = rows.weights[rowsOut * rows.stride + tap]
        unsafe ring[(rows.starts[rowsOut] + tap) % ring.count].withUnsafeBufferPointer { line in
          unsafe output.withUnsafeMutableBufferPointer { output in
            for index in output.indices { unsafe output[index] += weight * line[index] }
          }
        }
      }
      rowsOut += 1
      try emit(output)
    }
  }

  private mutating func resampleAlongX(_ row: [Float], into slot: Int) {
    let (columns, channels) = (columns, channels)
    unsafe ring[slot].withUnsafeMutableBufferPointer { line in
      unsafe row.withUnsafeBufferPointer { row in
        unsafe columns.weights.withUnsafeBufferPointer { weights in
          for x in 0..<columns.starts.count {
            let start = columns.starts[x] * channels
            for channel in 0..<channels {
              var sum: Float = 0
              for tap in 0..<columns.counts[x] {
                unsafe sum += weights[x * columns.stride + tap] * row[start + tap * channels + channel]
              }
              unsafe line[x * channels + channel] = sum
            }
          }
        }
      }
    }
  }
}
