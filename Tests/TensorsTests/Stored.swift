@testable import Tensors

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
  case .float8E4M3:
    // Any byte but the two that are not numbers.
    return stored(
      dtype, shape,
      values.map {
        let byte = UInt8(bitPattern: Int8($0 * 127))
        return byte & 0x7f == 0x7f ? 0 : byte
      })
  }
}
