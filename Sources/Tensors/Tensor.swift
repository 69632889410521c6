/// A dense, contiguous, row-major array of 32-bit floats.
///
/// Value semantics: copies share storage until one is written. A slice of leading rows shares it too.
package struct Tensor: Sendable {
  package let shape: [Int]
  package private(set) var storage: FloatStorage
  /// First element of this tensor in `storage`.
  package private(set) var offset: Int

  package var count: Int { shape.reduce(1, *) }

  /// Elements are whatever the memory held: the caller writes all of them.
  package init(uninitialized shape: [Int]) {
    self.shape = shape
    self.storage = FloatStorage(capacity: shape.reduce(1, *))
    self.offset = 0
  }

  package init(zeros shape: [Int]) {
    self.init(uninitialized: shape)
    unsafe storage.base.update(repeating: 0, count: count)
  }

  package init(_ values: [Float], shape: [Int]) {
    assert(values.count == shape.reduce(1, *))
    self.init(uninitialized: shape)
    unsafe values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress {
        unsafe storage.base.update(from: base, count: source.count)
      }
    }
  }

  private init(shape: [Int], storage: FloatStorage, offset: Int) {
    self.shape = shape
    self.storage = storage
    self.offset = offset
  }

  package func reshaped(_ shape: [Int]) -> Tensor {
    assert(shape.reduce(1, *) == count)
    return Tensor(shape: shape, storage: storage, offset: offset)
  }

  /// Rows `range` of the first axis, sharing storage.
  package func rows(_ range: Range<Int>) -> Tensor {
    assert(range.lowerBound >= 0 && range.upperBound <= shape[0])
    let stride = shape.dropFirst().reduce(1, *)
    return Tensor(
      shape: [range.count] + shape.dropFirst(), storage: storage,
      offset: offset + range.lowerBound * stride)
  }

  package var values: [Float] {
    unsafe withUnsafeBuffer { unsafe Array($0) }
  }

  package func withUnsafeBuffer<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R {
    let result = try unsafe body(UnsafeBufferPointer(start: storage.base + offset, count: count))
    withExtendedLifetime(storage) {}
    return result
  }

  package mutating func withUnsafeMutableBuffer<R>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> R
  ) rethrows -> R {
    makeUnique()
    let result = try unsafe body(UnsafeMutableBufferPointer(start: storage.base + offset, count: count))
    withExtendedLifetime(storage) {}
    return result
  }

  mutating func makeUnique() {
    guard !isKnownUniquelyReferenced(&storage) else { return }
    let copy = FloatStorage(capacity: count)
    unsafe copy.base.update(from: storage.base + offset, count: count)
    storage = copy
    offset = 0
  }
}
