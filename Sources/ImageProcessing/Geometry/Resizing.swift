package import Images

extension FloatImage {
  /// The picture at another size.
  ///
  /// - Parameter inLinearLight: take samples as sRGB-encoded and average light rather than code values, so that
  ///   fine patterns keep their brightness.
  package func resized(
    width newWidth: Int, height newHeight: Int, filter: ResamplingFilter, inLinearLight: Bool = false
  ) throws -> FloatImage {
    guard width > 0, height > 0, newWidth > 0, newHeight > 0 else {
      throw ImageProcessingError.parameter(
        name: "a picture's size", expected: "1 x 1 or more",
        found: "\(width) x \(height), wanted \(newWidth) x \(newHeight)")
    }
    if newWidth == width, newHeight == height { return self }
    var resampler = RowResampler(
      width: width, height: height, channels: channels, outputWidth: newWidth, outputHeight: newHeight,
      filter: filter)
    var output: [Float] = []
    output.reserveCapacity(newWidth * newHeight * channels)
    let stride = width * channels
    for y in 0..<height {
      var row = Array(samples[y * stride..<(y + 1) * stride])
      if inLinearLight {
        for index in row.indices { row[index] = SRGBCurve.linear(row[index]) }
      }
      resampler.push(row) { line in
        output.append(contentsOf: inLinearLight ? line.map(SRGBCurve.encoded) : line)
      }
    }
    return FloatImage(width: newWidth, height: newHeight, channels: channels, samples: output)
  }
}

extension Mask {
  /// The mask at another size, kept within 0...1.
  package func resized(width newWidth: Int, height newHeight: Int, filter: ResamplingFilter) throws -> Mask {
    let plane = FloatImage(width: width, height: height, channels: 1, samples: values)
    let result = try plane.resized(width: newWidth, height: newHeight, filter: filter)
    return Mask(width: newWidth, height: newHeight, values: result.samples.map { min(max($0, 0), 1) })
  }
}
