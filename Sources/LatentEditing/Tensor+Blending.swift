import Images
import Tensors

extension Tensor {
  /// Puts the source back into every cell that may not change at this noise level.
  mutating func restore(_ source: Tensor, where changeMap: Mask, isBelow sigma: Float) {
    restore(source, except: changeMap.values.indices.map { changeMap.mayChange($0, at: sigma) })
  }

  /// Puts the source back into every cell that is not active.
  mutating func restore(_ source: Tensor, except active: [Bool]) {
    let plane = active.count
    unsafe withUnsafeMutableBuffer { target in
      unsafe source.withUnsafeBuffer { original in
        for cell in 0..<plane where !active[cell] {
          for index in stride(from: cell, to: target.count, by: plane) {
            unsafe target[index] = original[index]
          }
        }
      }
    }
  }

  /// Scales the active cells so that their root mean square moves to that of `reference`, by `amount` of the way.
  ///
  /// Latents are normalised: 0 is the middle grey of the training pictures, and distance from it is contrast.
  /// - Parameter active: nil if all cells are.
  mutating func rescaleContrast(towards reference: Tensor, amount: Float, where active: [Bool]?) {
    let (own, wanted) = (power(where: active), reference.power(where: active))
    guard own > 0 else { return }
    let factor = 1 + amount * (Float((wanted / own).squareRoot()) - 1)
    let plane = active?.count ?? 1
    unsafe withUnsafeMutableBuffer { values in
      for index in values.indices where active?[index % plane] ?? true { unsafe values[index] *= factor }
    }
  }

  private func power(where active: [Bool]?) -> Double {
    let plane = active?.count ?? 1
    return unsafe withUnsafeBuffer { values in
      var sum = 0.0
      for index in values.indices where active?[index % plane] ?? true {
        sum += unsafe Double(values[index]) * Double(values[index])
      }
      return sum
    }
  }

  /// Divides every channel by one plane of weights; cells of weight 0 take the fallback's value, or stay 0.
  mutating func divide(by weight: Tensor, orElse fallback: Tensor?) {
    let plane = weight.count
    let weights = weight.values
    unsafe withUnsafeMutableBuffer { target in
      for start in stride(from: 0, to: target.count, by: plane) {
        for cell in 0..<plane where weights[cell] > 0 {
          unsafe target[start + cell] /= weights[cell]
        }
      }
    }
    guard let fallback else { return }
    unsafe withUnsafeMutableBuffer { target in
      unsafe fallback.withUnsafeBuffer { original in
        for cell in 0..<plane where !(weights[cell] > 0) {
          for index in stride(from: cell, to: target.count, by: plane) {
            unsafe target[index] = original[index]
          }
        }
      }
    }
  }

  /// Whether no element is infinite or not a number.
  var isFinite: Bool {
    unsafe withUnsafeBuffer { values in
      var sum: Float = 0
      // x * 0 is 0 for a finite x and NaN otherwise.
      for index in values.indices { unsafe sum += values[index] * 0 }
      return sum == 0
    }
  }
}
