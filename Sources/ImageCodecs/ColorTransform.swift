import CImageCodecs
import Images

/// A conversion between two colour profiles; may be applied from many threads.
///
/// Relative colorimetric with black point compensation. No profile stands for sRGB; with floats, for sRGB's primaries
/// in linear light.
@safe final class ColorTransform: @unchecked Sendable {
  // Made once and only read afterwards; the C side keeps no cache in it.
  private let transform: OpaquePointer
  private let sourceChannels: Int
  private let targetChannels: Int
  private let sampleType: SampleType

  init(
    from source: [UInt8]?, channels sourceChannels: Int, to target: [UInt8]?, channels targetChannels: Int,
    sampleType: SampleType, path: String
  ) throws {
    var failed = ic_error()
    let number =
      sampleType == .uint8 ? IC_UINT8 : sampleType == .uint16 ? IC_UINT16 : IC_FLOAT32
    let made = unsafe ic_transform_create(
      source ?? [], source?.count ?? 0, Int32(sourceChannels), target ?? [], target?.count ?? 0,
      Int32(targetChannels), Int32(number), &failed)
    guard let made = unsafe made else {
      throw CodecCall(path: path, subject: "colour profile").failure(failed)
    }
    unsafe transform = made
    self.sourceChannels = sourceChannels
    self.targetChannels = targetChannels
    self.sampleType = sampleType
  }

  deinit { unsafe ic_transform_free(transform) }

  /// Interleaved samples of the type the transform was made for.
  func applied(to samples: [UInt8]) -> [UInt8] {
    let pixels = samples.count / (sourceChannels * sampleType.byteCount)
    let size = pixels * targetChannels * sampleType.byteCount
    return unsafe [UInt8](unsafeUninitializedCapacity: size) { result, filled in
      unsafe ic_transform_apply(transform, samples, result.baseAddress, pixels)
      filled = size
    }
  }

  /// Interleaved floats.
  func applied(to samples: [Float]) -> [Float] {
    precondition(sampleType == .float32)
    let pixels = samples.count / sourceChannels
    return unsafe [Float](unsafeUninitializedCapacity: pixels * targetChannels) { result, filled in
      unsafe ic_transform_apply(transform, samples, result.baseAddress, pixels)
      filled = pixels * targetChannels
    }
  }
}
