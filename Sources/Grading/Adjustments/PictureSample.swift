/// A sample type of pictures, with its value as a fraction of full scale.
package protocol PictureSample: BitwiseCopyable, Sendable, Equatable {
  /// 0...1 for integers; floats are taken as they are.
  var unitValue: Float { get }
  /// The nearest sample; integers clamp to their range and take NaN for 0.
  init(unitValue: Float)
}

extension UInt8: PictureSample {
  package var unitValue: Float { Float(self) / 255 }
  package init(unitValue: Float) { self = UInt8((255 * clampedToUnit(unitValue)).rounded()) }
}

extension UInt16: PictureSample {
  package var unitValue: Float { Float(self) / 65_535 }
  package init(unitValue: Float) { self = UInt16((65_535 * clampedToUnit(unitValue)).rounded()) }
}

extension Float: PictureSample {
  package var unitValue: Float { self }
  package init(unitValue: Float) { self = unitValue }
}

@inline(__always)
private func clampedToUnit(_ value: Float) -> Float {
  value > 0 ? (value < 1 ? value : 1) : 0
}
