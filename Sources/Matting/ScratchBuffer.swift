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
