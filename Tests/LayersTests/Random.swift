import Tensors

/// A generator whose every run is the same (SplitMix64).
struct Random: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Elements uniform in -1...1.
  mutating func tensor(_ shape: [Int]) -> Tensor {
    Tensor((0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &self) }, shape: shape)
  }
}

/// |found - expected| / |expected| over all elements.
func relativeError(_ found: [Float], _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  var error = 0.0
  var norm = 0.0
  for (a, b) in zip(found, expected) {
    error += (Double(a) - b) * (Double(a) - b)
    norm += b * b
  }
  return norm == 0 ? error : (error / norm).squareRoot()
}
