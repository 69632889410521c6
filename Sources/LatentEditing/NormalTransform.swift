/// Two standard normal values from two random words: Box and Muller's transform in double precision.
///
/// Only additions, multiplications, divisions and square roots are used, which IEEE 754 rounds alike on every
/// machine; a C library's logarithm and sine do not.
func normalPair(_ first: UInt32, _ second: UInt32) -> (Float, Float) {
  let scale = 1.0 / 4_294_967_296
  let radius = (-2 * logarithm((Double(first) + 0.5) * scale)).squareRoot()
  let (sine, cosine) = sineAndCosine(turns: (Double(second) + 0.5) * scale)
  return (Float(radius * cosine), Float(radius * sine))
}

/// Natural logarithm of a positive normal number, within 2e-16 relative.
func logarithm(_ value: Double) -> Double {
  var exponent = Double(value.exponent)
  var mantissa = value.significand
  if mantissa > 1.414_213_562_373_095_1 {
    mantissa /= 2
    exponent += 1
  }
  // log m = 2 artanh s, |s| < 0.1716: the term after s^23 / 23 is below 1e-20.
  let s = (mantissa - 1) / (mantissa + 1)
  let square = s * s
  var sum = 0.0
  var divisor = 23.0
  while divisor > 0 {
    sum = sum * square + 1 / divisor
    divisor -= 2
  }
  // ln 2 in two parts, so that `exponent * high` is exact.
  return exponent * 0.693_147_180_369_123_8 + (2 * s * sum + exponent * 1.908_214_929_270_587_7e-10)
}

/// Sine and cosine of `turns` full turns, 0...1.
func sineAndCosine(turns: Double) -> (sine: Double, cosine: Double) {
  let quarter = (turns * 4).rounded()
  let angle = (turns * 4 - quarter) * 1.570_796_326_794_896_6
  // |angle| <= pi / 4: the first terms left out are below 1e-17.
  let square = angle * angle
  var sine = 0.0
  var cosine = 0.0
  var n = 16.0
  while n >= 2 {
    cosine = (1 - cosine) * square / (n * (n - 1))
    sine = (1 - sine) * square / ((n + 1) * n)
    n -= 2
  }
  cosine = 1 - cosine
  sine = angle * (1 - sine)
  return switch Int(quarter) & 3 {
  case 0: (sine, cosine)
  case 1: (cosine, -sine)
  case 2: (-sine, -cosine)
  default: (-cosine, sine)
  }
}

/// e to the power of a number in -700...0, by the series at a 1024th of it.
func exponential(_ value: Double) -> Double {
  let x = value / 1024
  var sum = 1.0
  var n = 12.0
  while n >= 1 {
    sum = 1 + x / n * sum
    n -= 1
  }
  for _ in 0..<10 { sum *= sum }
  return sum
}
