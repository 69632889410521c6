import Glibc

/// How encoded values relate to linear light, in the forms an ICC profile has for it.
///
/// Both directions are odd functions and are not clamped, so values outside 0...1 of a float picture survive.
package enum ToneResponse: Sendable, Equatable {
  /// `(a x + b)^g + e` from `x = d` upwards and `c x + f` below (ICC parametric curve, type 4).
  case parametric(g: Float, a: Float, b: Float, c: Float, d: Float, e: Float, f: Float)
  /// Linear light at evenly spaced encoded values from 0 to 1, never falling, at least two entries.
  case sampled([Float])

  package static let linear = gamma(1)
  package static let sRGB = parametric(
    g: 2.4, a: 1 / 1.055, b: 0.055 / 1.055, c: 1 / 12.92, d: 0.04045, e: 0, f: 0)

  package static func gamma(_ exponent: Float) -> ToneResponse {
    .parametric(g: exponent, a: 1, b: 0, c: 0, d: 0, e: 0, f: 0)
  }

  package var isLinear: Bool { self == .linear }

  /// Linear light of an encoded value.
  package func decode(_ value: Float) -> Float {
    let x = abs(value)
    let result: Float
    switch self {
    case .parametric(let g, let a, let b, let c, let d, let e, let f):
      result = x >= d ? powf(a * x + b, g) + e : c * x + f
    case .sampled(let table):
      result = Self.interpolate(table, at: x)
    }
    return value < 0 ? -result : result
  }

  /// The encoded value of linear light, the inverse of ``decode(_:)``.
  package func encode(_ light: Float) -> Float {
    let y = abs(light)
    let result: Float
    switch self {
    case .parametric(let g, let a, let b, let c, let d, let e, let f):
      let knee = powf(a * d + b, g) + e
      if y >= knee || c <= 0 {
        result = (powf(max(y - e, 0), 1 / g) - b) / a
      } else {
        result = (y - f) / c
      }
    case .sampled(let table):
      result = Self.invert(table, at: y)
    }
    return light < 0 ? -result : result
  }

  private static func interpolate(_ table: [Float], at x: Float) -> Float {
    let last = table.count - 1
    let position = x * Float(last)
    // Beyond the table, and for NaN, the last segment goes on.
    let index = position < Float(last) ? min(Int(position), last - 1) : last - 1
    return table[index] + (table[index + 1] - table[index]) * (position - Float(index))
  }

  private static func invert(_ table: [Float], at y: Float) -> Float {
    let last = table.count - 1
    var low = 0
    var high = last
    while high - low > 1 {
      let middle = (low + high) / 2
      if table[middle] <= y { low = middle } else { high = middle }
    }
    let rise = table[low + 1] - table[low]
    let fraction = rise > 0 ? (y - table[low]) / rise : 0
    return (Float(low) + fraction) / Float(last)
  }
}
