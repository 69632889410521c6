import Images

/// Brings rows to what an output format can hold; rows that it can hold stay the same bytes.
struct RowConverter {
  let source: PixelFormat
  let target: PixelFormat

  /// The nearest pixel format that `fileFormat` can hold, and what is lost on the way.
  init(from source: PixelFormat, for fileFormat: FileFormat) {
    self.source = source
    var target = source
    switch fileFormat {
    case .tiff: break
    case .png:
      if source.sampleType == .float32 { target.sampleType = .uint16 }
      if source.alpha == .associated { target.alpha = .straight }
    case .jpeg:
      target.sampleType = .uint8
      target.alpha = .none
    }
    self.target = target
  }

  func notices(for fileFormat: FileFormat) -> [String] {
    var notices: [String] = []
    if source.sampleType != target.sampleType {
      let bits = target.sampleType == .uint8 ? 8 : 16
      notices.append(
        "\(fileFormat.name) holds no \(source.sampleType == .float32 ? "floating point" : "16-bit") samples: "
          + "written with \(bits) bits"
          + (source.sampleType == .float32 ? ", values outside 0...1 cut off" : ""))
    }
    if source.alpha != .none && target.alpha == .none {
      notices.append("\(fileFormat.name) holds no alpha: the picture was laid over white")
    } else if source.alpha != target.alpha {
      notices.append("\(fileFormat.name) holds straight alpha only: colours were divided by alpha")
    }
    return notices
  }

  func converted(_ rows: [UInt8]) -> [UInt8] {
    if source == target { return rows }
    let colors = source.colorChannels
    let pixels = rows.count / source.pixelBytes
    let samples = SampleRow.floats(
      of: rows, from: 0, count: pixels * source.channels, type: source.sampleType)
    var results = samples
    if source.alpha != target.alpha {
      results = [Float](repeating: 0, count: pixels * target.channels)
      for pixel in 0..<pixels {
        let from = pixel * source.channels
        let to = pixel * target.channels
        let alpha = samples[from + colors]
        for channel in 0..<colors {
          let value = samples[from + channel]
          results[to + channel] =
            target.alpha == .none
            ? (source.alpha == .associated ? value : value * alpha) + 1 - alpha
            : alpha > 0 ? value / alpha : 0
        }
        if target.alpha != .none { results[to + colors] = alpha }
      }
    }
    var converted = [UInt8](repeating: 0, count: pixels * target.pixelBytes)
    SampleRow.store(results, in: &converted, from: 0, type: target.sampleType)
    return converted
  }
}
