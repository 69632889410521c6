package import Images

/// Figures of a picture's samples, channel by channel, added up row by row.
package struct PictureStatistics: Sendable {
  /// Figures of one channel, in the samples' own units.
  package struct Channel: Sendable, Equatable {
    package fileprivate(set) var minimum = Double.infinity
    package fileprivate(set) var maximum = -Double.infinity
    package fileprivate(set) var sum = 0.0
    package fileprivate(set) var sumOfSquares = 0.0
    package fileprivate(set) var count = 0
    /// Samples at 0 or below and at full scale or above.
    package fileprivate(set) var atBlack = 0
    package fileprivate(set) var atWhite = 0
    /// Samples that are no numbers or infinite; the other figures leave them out.
    package fileprivate(set) var notFinite = 0

    package var mean: Double { count == 0 ? 0 : sum / Double(count) }

    package var deviation: Double {
      guard count > 0 else { return 0 }
      return max(sumOfSquares / Double(count) - mean * mean, 0).squareRoot()
    }

    fileprivate mutating func add(_ value: Double, white: Double) {
      guard value.isFinite else {
        notFinite += 1
        return
      }
      minimum = min(minimum, value)
      maximum = max(maximum, value)
      sum += value
      sumOfSquares += value * value
      count += 1
      if value <= 0 { atBlack += 1 }
      if value >= white { atWhite += 1 }
    }
  }

  package let format: PixelFormat
  package private(set) var channels: [Channel]

  package init(format: PixelFormat) {
    self.format = format
    channels = [Channel](repeating: Channel(), count: format.channels)
  }

  /// Adds whole pixels.
  package mutating func add(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { raw in
      switch format.sampleType {
      case .uint8: unsafe add(raw.bindMemory(to: UInt8.self)) { Double($0) }
      case .uint16: unsafe add(raw.bindMemory(to: UInt16.self)) { Double($0) }
      case .float32: unsafe add(raw.bindMemory(to: Float.self)) { Double($0) }
      }
    }
  }

  private mutating func add<Sample>(
    _ samples: UnsafeBufferPointer<Sample>, value: (Sample) -> Double
  ) {
    let white = Double(format.sampleType.white)
    let count = samples.count / channels.count
    for channel in channels.indices {
      // A channel of its own, so that the loop works on registers.
      var figures = channels[channel]
      for pixel in 0..<count {
        unsafe figures.add(value(samples[pixel * channels.count + channel]), white: white)
      }
      channels[channel] = figures
    }
  }
}
