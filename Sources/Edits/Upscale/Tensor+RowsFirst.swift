import Tensors

extension Tensor {
  /// (n, m, width) to (m, n, width).
  var rowsFirst: Tensor {
    let (n, m, width) = (shape[0], shape[1], shape[2])
    var result = Tensor(uninitialized: [m, n, width])
    unsafe result.withUnsafeMutableBuffer { target in
      unsafe withUnsafeBuffer { source in
        for i in 0..<n {
          for j in 0..<m {
            let (from, to) = ((i * m + j) * width, (j * n + i) * width)
            for x in 0..<width { unsafe target[to + x] = source[from + x] }
          }
        }
      }
    }
    return result
  }
}
