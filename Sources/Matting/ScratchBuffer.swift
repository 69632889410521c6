/// A block of plain values for the inner loops of this room.
///
/// Unlike an array it is never copied and its elements can be written through a shared reference, so a loop
/// over several of them carries no uniqueness or exclusivity checks. An index out of range traps.
@safe struct ScratchBuffer<Element: BitwiseCopyable>: ~Copyable {
  let count: Int
  private let base: UnsafeMutablePointer<Element>

  init(count: Int, repeating value: Element) {
    self.count = count
    unsafe base = .allocate(capacity: max(1, count))
    unsafe base.initialize(repeating: value, count: count)
  }

  deinit {
    unsafe base.deallocate()
  }

  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      return unsafe base[index]
    }
    nonmutating set {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      unsafe base[index] = newValue
    }
  }

  /// The first `count` values as an array.
  func array(count: Int) -> [Element] {
    precondition(count <= self.count)
    return unsafe Array(UnsafeBufferPointer(start: base, count: count))
  }
}

extension ScratchBuffer<Double> {
  /// The dot product of two stretches of this buffer.
  func dot(_ a: Int, _ b: Int, count: Int) -> Double {
    dot(a, self, b, count: count)
  }

  /// The dot product of a stretch of this buffer with one of another.
  func dot(_ start: Int, _ other: borrowing ScratchBuffer<Double>, _ otherStart: Int, count: Int) -> Double {
    precondition(start >= 0 && otherStart >= 0 && count >= 0)
    precondition(start + count <= self.count && otherStart + count <= other.count)
    var sums = SIMD8<Double>.zero
    var index = 0
    while index + 8 <= count {
      let a = unsafe UnsafeRawPointer(base + start + index).loadUnaligned(as: SIMD8<Double>.self)
      let b = unsafe UnsafeRawPointer(other.base + otherStart + index).loadUnaligned(as: SIMD8<Double>.self)
      sums += a * b
      index += 8
    }
    var sum = sums.sum()
    while index < count {
      unsafe sum += base[start + index] * other.base[otherStart + index]
      index += 1
    }
    return sum
  }
}
