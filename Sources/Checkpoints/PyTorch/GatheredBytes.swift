import Tensors

/// Elements of a tensor that do not follow each other in their storage, put in order.
@safe final class GatheredBytes: @unchecked Sendable {
  private let bytes: UnsafeMutableRawBufferPointer

  private init(count: Int) {
    unsafe bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, count), alignment: 16)
  }

  deinit {
    unsafe bytes.deallocate()
  }

  /// The elements of `tensor`, whose storage begins at `start` of `file`.
  static func gather(_ tensor: PickledTensor, from file: UnsafeRawBufferPointer, at start: Int) -> StoredBytes
  {
    let size = tensor.storage.elementSize
    let count = tensor.count
    let gathered = GatheredBytes(count: count * size)
    var index = [Int](repeating: 0, count: tensor.shape.count)
    var place = start + tensor.offset * size
    for element in 0..<count {
      unsafe gathered.bytes.baseAddress.unsafelyUnwrapped.advanced(by: element * size)
        .copyMemory(from: file.baseAddress.unsafelyUnwrapped + place, byteCount: size)
      // The next index, the last axis first.
      for axis in index.indices.reversed() {
        index[axis] += 1
        place += tensor.strides[axis] * size
        if index[axis] < tensor.shape[axis] { break }
        place -= tensor.strides[axis] * size * tensor.shape[axis]
        index[axis] = 0
      }
    }
    return unsafe StoredBytes(
      base: UnsafeRawPointer(gathered.bytes.baseAddress.unsafelyUnwrapped), count: count * size,
      owner: gathered)
  }
}
