package import Tensors

extension Tensor {
  /// `self = factor * self + weight * other`, element by element, in this order of rounding.
  ///
  /// Both have the same number of elements.
  package mutating func scale(by factor: Float, adding other: Tensor, times weight: Float) {
    assert(other.count == count)
    unsafe withUnsafeMutableBuffer { target in
      unsafe other.withUnsafeBuffer { source in
        for index in 0..<min(target.count, source.count) {
          unsafe target[index] = factor * target[index] + weight * source[index]
        }
      }
    }
  }
}
