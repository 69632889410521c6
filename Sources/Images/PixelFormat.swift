/// How one sample of a picture is stored.
package enum SampleType: Sendable, Hashable {
  case uint8
  case uint16
  /// Nominally 0...1; values outside are kept.
  case float32

  package var byteCount: Int {
    switch self {
    case .uint8: 1
    case .uint16: 2
    case .float32: 4
    }
  }

  /// The sample that stands for full intensity.
  package var white: Float {
    switch self {
    case .uint8: 255
    case .uint16: 65535
    case .float32: 1
    }
  }
}

/// What the colour channels of a picture mean.
package enum ColorModel: Sendable, Hashable {
  case gray
  case rgb

  package var channels: Int { self == .gray ? 1 : 3 }
}

/// Whether a picture has an alpha channel, and whether its colours are already multiplied by it.
package enum AlphaKind: Sendable, Hashable {
  case none
  case straight
  case associated
}

/// How a pixel is stored: colour channels first, then alpha, interleaved, samples in native byte order.
package struct PixelFormat: Sendable, Hashable {
  package var sampleType: SampleType
  package var colorModel: ColorModel
  package var alpha: AlphaKind

  package init(_ sampleType: SampleType, _ colorModel: ColorModel, alpha: AlphaKind = .none) {
    self.sampleType = sampleType
    self.colorModel = colorModel
    self.alpha = alpha
  }

  package var colorChannels: Int { colorModel.channels }
  package var channels: Int { colorModel.channels + (alpha == .none ? 0 : 1) }
  package var pixelBytes: Int { channels * sampleType.byteCount }
}
