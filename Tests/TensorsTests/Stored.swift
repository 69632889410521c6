@testable import Tensors

extension DType {
  /// `count`, or the next multiple of this type's block.
  func wholeBlocks(_ count: Int) -> Int { (count + block.elements - 1) / block.elements * block.elements }
}

/// Bytes on the heap that stand for a mapped file.
final class HeapBytes: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  init(_ bytes: [UInt8]) {
    base = .allocate(byteCount: max(1, bytes.count + 1), alignment: 16)
    // One byte off: files promise no alignment.
    (base + 1).copyMemory(from: bytes, byteCount: bytes.count)
  }
  deinit { base.deallocate() }
}

func stored(_ dtype: DType, _ shape: [Int], _ bytes: [UInt8], rowScale: [Float]? = nil) -> StoredTensor {
  let owner = HeapBytes(bytes)
  return StoredTensor(
    dtype: dtype, shape: shape, bytes: StoredBytes(base: owner.base + 1, count: bytes.count, owner: owner),
    rowScale: rowScale)
}

/// A stored tensor of moderate random values of the given type.
func storedNoise(_ dtype: DType, _ shape: [Int], seed: UInt64) throws -> StoredTensor {
  var noise = Noise(seed)
  let count = shape.reduce(1, *)
  let values = (0..<count).map { _ in noise.next() }
  switch dtype {
  case .float32:
    return stored(dtype, shape, values.flatMap { withUnsafeBytes(of: $0) { Array($0) } })
  case .float16:
    return stored(
      dtype, shape,
      Tensor(values, shape: shape).narrowedToFloat16().flatMap { withUnsafeBytes(of: $0) { Array($0) } })
  case .bfloat16:
    return stored(
      dtype, shape,
      Tensor(values, shape: shape).narrowedToBFloat16().flatMap { withUnsafeBytes(of: $0) { Array($0) } })
  case .int8:
    return stored(
      dtype, shape, values.map { UInt8(bitPattern: Int8($0 * 127)) },
      rowScale: (0..<shape[0]).map { _ in 0.01 + abs(noise.next()) })
  case .float8E4M3, .float8E5M2:
    // Any byte but those that are not finite numbers.
    return stored(
      dtype, shape,
      values.map {
        let byte = UInt8(bitPattern: Int8($0 * 127))
        return byte & 0x7f >= 0x7c ? 0 : byte
      })
  default:
    // Any bytes, with factors of about 0.002: the high byte of a 16-bit float of either sign.
    let (elements, bytes) = dtype.block
    let factors: [Int] =
      switch dtype {
      case .q4_1, .q5_1, .q4K, .q5K: [1, 3]
      case .q6K: [209]
      case .q3K: [109]
      case .q2K: [81, 83]
      default: [1]
      }
    let blocks = (0..<count / elements).flatMap { _ in
      var block = (0..<bytes).map { _ in UInt8(truncatingIfNeeded: Int(noise.next() * 4096)) }
      for place in factors { block[place] = block[place] & 0x80 | 0x18 | block[place] & 3 }
      return block
    }
    return stored(dtype, shape, blocks)
  }
}
