import Tensors

/// Turns rows of floats into the bytes of a stored type.
struct TensorEncoder {
  let dtype: DType

  /// Bytes of `rows`, and the row factors for 8-bit integers. Nil where a value does not fit the type.
  func encode(_ rows: Tensor) -> (bytes: [UInt8], factors: [Float])? {
    switch dtype {
    case .float32:
      return (unsafe rows.withUnsafeBuffer { unsafe Array(UnsafeRawBufferPointer($0)) }, [])
    case .float16:
      let halves = rows.narrowedToFloat16()
      guard Self.areFinite(halves, mask: 0x7C00) else { return nil }
      return (unsafe halves.withUnsafeBytes { unsafe Array($0) }, [])
    case .bfloat16:
      let halves = rows.narrowedToBFloat16()
      guard Self.areFinite(halves, mask: 0x7F80) else { return nil }
      return (unsafe halves.withUnsafeBytes { unsafe Array($0) }, [])
    case .int8: return integers(rows)
    case .float8E4M3, .float8E5M2: return nil
    default: return rows.quantized(to: dtype).map { ($0, []) }
    }
  }

  private static func areFinite(_ halves: [UInt16], mask: UInt16) -> Bool {
    halves.allSatisfy { $0 & mask != mask }
  }

  /// -127...127 and the factor that makes the largest of a row 127.
  private func integers(_ rows: Tensor) -> (bytes: [UInt8], factors: [Float])? {
    let (count, width) = rows.matrixShape
    var factors = [Float](repeating: 0, count: count)
    var bytes = [UInt8](repeating: 0, count: count * width)
    let finite = unsafe rows.withUnsafeBuffer { values in
      for row in 0..<count {
        let part = row * width..<(row + 1) * width
        var largest: Float = 0
        for index in part {
          guard unsafe values[index].isFinite else { return false }
          largest = max(largest, unsafe abs(values[index]))
        }
        // Smaller ones have no inverse; they are nothing beside any other weight.
        guard largest > 0x1p-100 else { continue }
        factors[row] = largest / 127
        let inverse = 127 / largest
        for index in part {
          let rounded = unsafe (values[index] * inverse).rounded(.toNearestOrEven)
          bytes[index] = UInt8(bitPattern: Int8(max(-127, min(127, rounded))))
        }
      }
      return true
    }
    return finite ? (bytes, factors) : nil
  }

  /// What the bytes of `encode` stand for, in `shape`.
  func decode(_ bytes: [UInt8], factors: [Float], shape: [Int]) throws -> Tensor {
    let owner = ByteOwner(bytes)
    return try StoredTensor(
      dtype: dtype, shape: shape, bytes: owner.stored, rowScale: dtype == .int8 ? factors : nil
    ).widened()
  }
}

/// Bytes in memory that a stored tensor can refer to.
@safe private final class ByteOwner: @unchecked Sendable {
  private let base: UnsafeMutableRawBufferPointer
  private let count: Int

  init(_ bytes: [UInt8]) {
    count = bytes.count
    unsafe base = .allocate(byteCount: max(1, bytes.count), alignment: 16)
    unsafe base.copyBytes(from: bytes)
  }

  deinit { unsafe base.deallocate() }

  var stored: StoredBytes {
    unsafe StoredBytes(
      base: UnsafeRawPointer(base.baseAddress.unsafelyUnwrapped), count: count, owner: self)
  }
}
