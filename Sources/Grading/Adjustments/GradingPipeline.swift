package import Images

/// Adjustments in a row, ready to run over the pixels of a picture one row or one batch at a time.
///
/// Each pixel is computed in 32-bit float from start to end and rounded once. Under a mask the result is mixed
/// with the source in encoded values; where the mask is 0 no sample is written, so its bytes stay. Alpha is
/// never touched. The same pixels give the same bytes however they are cut into batches.
package struct GradingPipeline: Sendable {
  package let adjustments: [Adjustment]
  package let space: WorkingSpace
  /// 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha, interleaved.
  package let channels: Int
  private let stages: [GradingStage]

  /// - Throws: ``GradingError`` for a parameter out of range, and for a grey picture that a step would colour.
  package init(
    _ adjustments: [Adjustment], space: WorkingSpace = .sRGB, channels: Int
  ) throws(GradingError) {
    guard (1...4).contains(channels) else {
      throw .parameter(name: "channels", found: "\(channels)", expected: "1 to 4")
    }
    for adjustment in adjustments {
      try adjustment.validate()
      if channels < 3, !adjustment.isNeutral, let name = adjustment.coloringName {
        throw .greyPicture(adjustment: name)
      }
    }
    self.adjustments = adjustments
    self.space = space
    self.channels = channels
    stages = GradingStage.compile(adjustments, in: space)
  }

  /// Whether it leaves every picture as it is.
  package var isIdentity: Bool { stages.isEmpty }

  /// Grades whole pixels in place.
  ///
  /// - Parameters:
  ///   - samples: interleaved, a whole number of pixels.
  ///   - mask: one value for each pixel, 0 to keep it and 1 to grade it; nil grades all.
  package func process<Sample: PictureSample>(
    _ samples: UnsafeMutableBufferPointer<Sample>, mask: UnsafeBufferPointer<Float>? = nil
  ) {
    guard !isIdentity else { return }
    let count = samples.count / channels
    let batch = 512
    unsafe withUnsafeTemporaryAllocation(of: SIMD3<Float>.self, capacity: min(batch, max(count, 1))) {
      scratch in
      var start = 0
      while start < count {
        let end = min(start + batch, count)
        let part = unsafe UnsafeMutableBufferPointer(rebasing: samples[start * channels..<end * channels])
        let weights = unsafe mask.map { unsafe UnsafeBufferPointer(rebasing: $0[start..<end]) }
        start = end
        if let weights = unsafe weights, unsafe weights.allSatisfy({ !($0 > 0) }) { continue }
        let colors = unsafe UnsafeMutableBufferPointer(rebasing: scratch[..<(part.count / channels)])
        unsafe load(part, into: colors)
        for stage in stages { unsafe stage.apply(to: colors, in: space) }
        unsafe store(colors, into: part, mask: weights)
      }
    }
  }

  /// Grades a picture in memory.
  package func apply(to image: inout FloatImage, mask: Mask? = nil) throws(GradingError) {
    guard image.channels == channels else {
      throw .mismatch(what: "number of channels", first: "\(image.channels)", second: "\(channels)")
    }
    if let mask, mask.width != image.width || mask.height != image.height {
      throw .mismatch(
        what: "size", first: "\(image.width) x \(image.height)", second: "\(mask.width) x \(mask.height)")
    }
    unsafe image.samples.withUnsafeMutableBufferPointer { samples in
      if let mask {
        unsafe mask.values.withUnsafeBufferPointer { unsafe process(samples, mask: $0) }
      } else {
        unsafe process(samples)
      }
    }
  }

  private func load<Sample: PictureSample>(
    _ samples: UnsafeMutableBufferPointer<Sample>, into colors: UnsafeMutableBufferPointer<SIMD3<Float>>
  ) {
    let (second, third) = channels < 3 ? (0, 0) : (1, 2)
    for index in colors.indices {
      let base = index * channels
      unsafe colors[index] = unsafe SIMD3(
        samples[base].unitValue, samples[base + second].unitValue, samples[base + third].unitValue)
    }
  }

  private func store<Sample: PictureSample>(
    _ colors: UnsafeMutableBufferPointer<SIMD3<Float>>, into samples: UnsafeMutableBufferPointer<Sample>,
    mask: UnsafeBufferPointer<Float>?
  ) {
    let written = channels < 3 ? 1 : 3
    for index in colors.indices {
      let weight = unsafe mask.map { unsafe $0[index] } ?? 1
      guard weight > 0 else { continue }
      let color = unsafe colors[index]
      for channel in 0..<written {
        let position = index * channels + channel
        var value = color[channel]
        if weight < 1 {
          let source = unsafe samples[position].unitValue
          value = source + (value - source) * weight
        }
        unsafe samples[position] = Sample(unitValue: value)
      }
    }
  }
}
