package import Tensors

extension Canvas {
  /// The canvas that a (channels, height, width) tensor is.
  init(of tensor: Tensor, wrap: Wrap, name: String) throws {
    guard tensor.shape.count == 3, tensor.shape.allSatisfy({ $0 > 0 }) else {
      throw EditingError.plan(
        field: "shape of \(name)", found: "\(tensor.shape)", expected: "(channels, height, width)")
    }
    self.init(channels: tensor.shape[0], height: tensor.shape[1], width: tensor.shape[2], wrap: wrap)
  }
}

extension Tensor {
  /// The part of a canvas under `rect`, which may go round on axes that wrap: (channels, rect.height, rect.width).
  package func cut(_ rect: CellRect, from canvas: Canvas) -> Tensor {
    assert(shape == canvas.shape)
    if rect == canvas.bounds { return self }
    var result = Tensor(uninitialized: [canvas.channels, rect.height, rect.width])
    let runs = canvas.runs(of: rect)
    unsafe result.withUnsafeMutableBuffer { target in
      unsafe withUnsafeBuffer { source in
        for channel in 0..<canvas.channels {
          for row in 0..<rect.height {
            let from = (channel * canvas.height + canvas.row(rect.y + row)) * canvas.width
            let to = (channel * rect.height + row) * rect.width
            for run in runs {
              for index in 0..<run.length {
                unsafe target[to + run.inWindow + index] = source[from + run.onCanvas + index]
              }
            }
          }
        }
      }
    }
    return result
  }

  /// Adds a window, each cell times its weight, to the canvas under `rect`.
  mutating func add(_ window: Tensor, weights: [Float], at rect: CellRect, of canvas: Canvas) {
    assert(shape == canvas.shape && window.shape == [canvas.channels, rect.height, rect.width])
    let runs = canvas.runs(of: rect)
    unsafe withUnsafeMutableBuffer { target in
      unsafe window.withUnsafeBuffer { source in
        for channel in 0..<canvas.channels {
          for row in 0..<rect.height {
            let to = (channel * canvas.height + canvas.row(rect.y + row)) * canvas.width
            let from = (channel * rect.height + row) * rect.width
            for run in runs {
              for index in 0..<run.length {
                let place = run.inWindow + index
                let weight = weights[row * rect.width + place]
                unsafe target[to + run.onCanvas + index] += weight * source[from + place]
              }
            }
          }
        }
      }
    }
  }

  /// Adds a window's weights to the one plane that counts them for the canvas.
  mutating func add(_ weights: [Float], at rect: CellRect, of canvas: Canvas) {
    let plane = Canvas(channels: 1, height: canvas.height, width: canvas.width, wrap: canvas.wrap)
    let ones = Tensor([Float](repeating: 1, count: weights.count), shape: [1, rect.height, rect.width])
    add(ones, weights: weights, at: rect, of: plane)
  }
}

extension Canvas {
  /// Consecutive cells of a window's row and where they lie in a row of the canvas: one run, or two round the border.
  struct Run {
    let inWindow: Int
    let onCanvas: Int
    let length: Int
  }

  func runs(of rect: CellRect) -> [Run] {
    let start = column(rect.x)
    let first = min(rect.width, width - start)
    let head = Run(inWindow: 0, onCanvas: start, length: first)
    return first == rect.width
      ? [head] : [head, Run(inWindow: first, onCanvas: 0, length: rect.width - first)]
  }
}
