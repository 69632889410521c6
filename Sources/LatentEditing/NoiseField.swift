package import Tensors

/// Gaussian noise over an unbounded plane of latent cells, a function of seed, step, channel and place.
///
/// The value of a cell depends on nothing else: not on the canvas's size, the windows it is cut into, the order
/// of the work or the number of threads. Bits come from Philox4x32-10 with the counter (column, row, channel / 4,
/// stream), whose four words make four channels; see `NormalTransform.swift` for the rest.
package struct NoiseField: Sendable {
  package let seed: UInt64
  /// Given noise that takes the place of the generator's: the initial (channels, height, width), and that of
  /// each step whose sampler draws any.
  package let initial: Tensor?
  package let fresh: [Tensor]?

  package init(seed: UInt64) {
    self.seed = seed
    initial = nil
    fresh = nil
  }

  /// Noise that comes from elsewhere, for an exact comparison with another program.
  ///
  /// - Parameters:
  ///   - initial: nil leaves the initial noise to the seed.
  ///   - fresh: nil leaves the noise of the steps to the seed; an array must reach as far as the sampler draws.
  package init(seed: UInt64, initial: Tensor?, fresh: [Tensor]?) {
    self.seed = seed
    self.initial = initial
    self.fresh = fresh
  }

  /// The noise a run starts from.
  package func initialNoise(for canvas: Canvas) throws -> Tensor {
    guard let initial else { return normal(for: canvas, stream: 0) }
    guard initial.shape == canvas.shape else {
      throw EditingError.shape(
        name: "the given initial noise", expected: canvas.shape, found: initial.shape)
    }
    return initial
  }

  /// Rows of the noise a run starts from: (channels, rows.count, width).
  package func initialNoise(for canvas: Canvas, rows: Range<Int>) throws -> Tensor {
    try initial == nil
      ? normal(channels: canvas.channels, rect: canvas.rect(of: rows), stream: 0)
      : initialNoise(for: canvas).cut(canvas.rect(of: rows), from: canvas)
  }

  /// Rows of the noise that the sampler draws at a step.
  package func freshNoise(at step: Int, for canvas: Canvas, rows: Range<Int>) throws -> Tensor {
    try fresh == nil
      ? normal(
        channels: canvas.channels, rect: canvas.rect(of: rows), stream: UInt32(truncatingIfNeeded: step) &+ 1)
      : freshNoise(at: step, for: canvas).cut(canvas.rect(of: rows), from: canvas)
  }

  /// The noise that the sampler draws at a step.
  package func freshNoise(at step: Int, for canvas: Canvas) throws -> Tensor {
    guard let fresh else { return normal(for: canvas, stream: UInt32(truncatingIfNeeded: step) &+ 1) }
    guard step < fresh.count else { throw EditingError.missingNoise(index: step, given: fresh.count) }
    guard fresh[step].shape == canvas.shape else {
      throw EditingError.shape(
        name: "the given noise of step \(step)", expected: canvas.shape, found: fresh[step].shape)
    }
    return fresh[step]
  }

  /// Standard normal values of one stream over `rect` of the plane: (channels, rect.height, rect.width).
  package func normal(channels: Int, rect: CellRect, stream: UInt32) -> Tensor {
    let generator = Philox(seed: seed)
    var result = Tensor(uninitialized: [channels, rect.height, rect.width])
    let plane = rect.height * rect.width
    unsafe result.withUnsafeMutableBuffer { values in
      for first in stride(from: 0, to: channels, by: 4) {
        for y in 0..<rect.height {
          for x in 0..<rect.width {
            let words = generator.words(
              UInt32(truncatingIfNeeded: rect.x + x), UInt32(truncatingIfNeeded: rect.y + y),
              UInt32(truncatingIfNeeded: first / 4), stream)
            let a = normalPair(words.0, words.1)
            let place = first * plane + y * rect.width + x
            unsafe values[place] = a.0
            if first + 1 < channels { unsafe values[place + plane] = a.1 }
            guard first + 2 < channels else { continue }
            let b = normalPair(words.2, words.3)
            unsafe values[place + 2 * plane] = b.0
            if first + 3 < channels { unsafe values[place + 3 * plane] = b.1 }
          }
        }
      }
    }
    return result
  }

  /// An offset for rolling the canvas at a step, a multiple of `unit` cells and the same for the same seed; 0 on
  /// axes that do not wrap.
  func roll(at step: Int, canvas: Canvas, unit: Int) -> (x: Int, y: Int) {
    // A stream of its own, beyond those of the steps.
    let words = Philox(seed: seed).words(UInt32(truncatingIfNeeded: step), 0, 0, .max)
    func offset(_ word: UInt32, _ length: Int) -> Int {
      Int((UInt64(word) * UInt64(length / unit)) >> 32) * unit
    }
    return (
      canvas.wrap.closesX ? offset(words.0, canvas.width) : 0,
      canvas.wrap.closesY ? offset(words.1, canvas.height) : 0
    )
  }

  private func normal(for canvas: Canvas, stream: UInt32) -> Tensor {
    normal(channels: canvas.channels, rect: canvas.bounds, stream: stream)
  }
}
