package import Images

/// Adjustments in a row, ready to run over the pixels of a picture one row or one batch at a time.
///
/// Each pixel is computed in 32-bit float from start to end and rounded once. Under a mask the result is mixed
/// with the source in encoded values; where the mask is 0 no sample is written, so its bytes stay. Alpha is
/// never touched; colours multiplied by it are divided before and multiplied after, and stay where it is 0.
/// The same pixels give the same bytes however they are cut into batches.
package struct GradingPipeline: Sendable {
  package let adjustments: [Adjustment]
  package let space: WorkingSpace
  package let format: PixelFormat
  private let stages: [GradingStage]

  /// - Throws: ``GradingError`` for a parameter out of range, and for a grey picture that a step would colour.
  package init(
    _ adjustments: [Adjustment], space: WorkingSpace = .sRGB, format: PixelFormat
  ) throws(GradingError) {
    for adjustment in adjustments {
      try adjustment.validate()
      if format.colorModel == .gray, !adjustment.isNeutral, let name = adjustment.coloringName {
        throw .greyPicture(adjustment: name)
      }
    }
    self.adjustments = adjustments
    self.space = space
    self.format = format
    stages = GradingStage.compile(adjustments, in: space)
  }

  /// Whether it leaves every picture as it is.
  package var isIdentity: Bool { stages.isEmpty }

  /// Grades whole rows, or any whole pixels, in place.
  ///
  /// - Parameters:
  ///   - bytes: pixels as `format` says.
  ///   - mask: one value for each pixel, 0 to keep it and 1 to grade it; nil grades all.
  package func process(_ bytes: inout [UInt8], mask: [Float]? = nil) throws(GradingError) {
    let count = bytes.count / format.pixelBytes
    guard bytes.count == count * format.pixelBytes else {
      throw .mismatch(
        what: "size", first: "\(bytes.count) bytes", second: "whole pixels of \(format.pixelBytes) bytes")
    }
    if let mask, mask.count != count {
      throw .mismatch(
        what: "size", first: "\(count) pixels", second: "\(mask.count) values of the mask")
    }
    guard !isIdentity else { return }
    unsafe bytes.withUnsafeMutableBytes { raw in
      switch format.sampleType {
      case .uint8: unsafe process(raw.bindMemory(to: UInt8.self), mask)
      case .uint16: unsafe process(raw.bindMemory(to: UInt16.self), mask)
      case .float32: unsafe process(raw.bindMemory(to: Float.self), mask)
      }
    }
  }

  private func process<Sample: PictureSample>(_ samples: UnsafeMutableBufferPointer<Sample>, _ mask: [Float]?)
  {
    let channels = format.channels
    let count = samples.count / channels
    unsafe withUnsafeTemporaryAllocation(of: SIMD3<Float>.self, capacity: Self.batch) { scratch in
      for start in stride(from: 0, to: count, by: Self.batch) {
        let end = min(start + Self.batch, count)
        if let mask, mask[start..<end].allSatisfy({ !($0 > 0) }) { continue }
        let part = unsafe UnsafeMutableBufferPointer(rebasing: samples[start * channels..<end * channels])
        let colors = unsafe UnsafeMutableBufferPointer(rebasing: scratch[..<(end - start)])
        unsafe load(part, into: colors)
        for stage in stages { unsafe stage.apply(to: colors, in: space) }
        unsafe store(colors, into: part, mask: mask?[start..<end])
      }
    }
  }

  /// Pixels that go through all stages together: few enough to stay in the nearest cache.
  private static let batch = 512

  private func load<Sample: PictureSample>(
    _ samples: UnsafeMutableBufferPointer<Sample>, into colors: UnsafeMutableBufferPointer<SIMD3<Float>>
  ) {
    let channels = format.channels
    let (second, third) = format.colorModel == .gray ? (0, 0) : (1, 2)
    for index in colors.indices {
      let base = index * channels
      var color = unsafe SIMD3(
        samples[base].unitValue, samples[base + second].unitValue, samples[base + third].unitValue)
      if format.alpha == .associated {
        let alpha = unsafe samples[base + channels - 1].unitValue
        if alpha > 0 { color /= alpha }
      }
      unsafe colors[index] = color
    }
  }

  private func store<Sample: PictureSample>(
    _ colors: UnsafeMutableBufferPointer<SIMD3<Float>>, into samples: UnsafeMutableBufferPointer<Sample>,
    mask: ArraySlice<Float>?
  ) {
    let channels = format.channels
    for index in colors.indices {
      let weight = mask.map { $0[$0.startIndex + index] } ?? 1
      guard weight > 0 else { continue }
      let base = index * channels
      var color = unsafe colors[index]
      if format.alpha == .associated {
        let alpha = unsafe samples[base + channels - 1].unitValue
        guard alpha > 0 else { continue }
        color *= alpha
      }
      for channel in 0..<format.colorChannels {
        var value = color[channel]
        if weight < 1 {
          let source = unsafe samples[base + channel].unitValue
          value = source + (value - source) * weight
        }
        unsafe samples[base + channel] = Sample(unitValue: value)
      }
    }
  }
}
