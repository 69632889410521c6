import Images

/// One size of the multi-level foreground estimation: the picture's samples and both layers.
struct EstimationLevel: ~Copyable {
  private let width: Int
  private let height: Int
  private let color: ScratchBuffer<Float>
  private let alpha: ScratchBuffer<Float>
  private let foreground: ScratchBuffer<Float>
  private let background: ScratchBuffer<Float>

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    let count = width * height
    color = ScratchBuffer(count: count * 3, repeating: 0)
    alpha = ScratchBuffer(count: count, repeating: 0)
    foreground = ScratchBuffer(count: count * 3, repeating: 0)
    background = ScratchBuffer(count: count * 3, repeating: 0)
  }

  /// A level whose layers start as those of a coarser one, nearest neighbour.
  init(width: Int, height: Int, enlarging coarse: borrowing EstimationLevel) {
    self.init(width: width, height: height)
    for y in 0..<height {
      for x in 0..<width {
        let from = (y * coarse.height / height) * coarse.width + x * coarse.width / width
        for c in 0..<3 {
          foreground[(y * width + x) * 3 + c] = coarse.foreground[from * 3 + c]
          background[(y * width + x) * 3 + c] = coarse.background[from * 3 + c]
        }
      }
    }
  }

  func start(with layers: (SIMD3<Float>, SIMD3<Float>)) {
    write(layers.0, to: foreground, at: 0)
    write(layers.1, to: background, at: 0)
  }

  /// Takes the picture and the matte at this size, each pixel the nearest one.
  func sample(_ colors: ColorReader, _ matte: Mask) {
    for y in 0..<height {
      let row = (2 * y + 1) * matte.height / (2 * height) * matte.width
      for x in 0..<width {
        let from = row + (2 * x + 1) * matte.width / (2 * width)
        let pixel = y * width + x
        alpha[pixel] = matte.values[from]
        write(colors[from], to: color, at: pixel)
      }
    }
  }

  /// One Gauss-Seidel sweep: each pixel's 2 x 2 system for F and B with its four neighbours held.
  func sweep(backwards: Bool, regularization: Float, gradientWeight: Float) {
    let count = width * height
    for step in 0..<count {
      let pixel = backwards ? count - 1 - step : step
      let y = pixel / width
      let x = pixel - y * width
      let a = alpha[pixel]
      var weights: Float = 0
      var foregroundSum = SIMD3<Float>.zero
      var backgroundSum = SIMD3<Float>.zero
      @inline(__always) func add(_ other: Int) {
        let weight = regularization + gradientWeight * abs(a - alpha[other])
        weights += weight
        foregroundSum += read(foreground, other) * weight
        backgroundSum += read(background, other) * weight
      }
      if x > 0 { add(pixel - 1) }
      if x + 1 < width { add(pixel + 1) }
      if y > 0 { add(pixel - width) }
      if y + 1 < height { add(pixel + width) }

      let b = 1 - a
      let observed = read(color, pixel)
      guard weights > 0 else { continue }
      // [a a + w, a b; a b, b b + w] [F; B] = [a I + sum w F'; b I + sum w B']
      let ff = a * a + weights
      let bb = b * b + weights
      let fb = a * b
      let inverse = 1 / (ff * bb - fb * fb)
      let right = observed * a + foregroundSum
      let left = observed * b + backgroundSum
      write(clamp((right * bb - left * fb) * inverse), to: foreground, at: pixel)
      write(clamp((left * ff - right * fb) * inverse), to: background, at: pixel)
    }
  }

  /// The finished layers; a pixel that shows one layer alone is taken from the picture unchanged.
  func layers(_ colors: ColorReader, _ matte: Mask) -> ForegroundEstimation.Layers {
    var front = FloatImage(
      width: width, height: height, channels: 3, samples: foreground.array(count: width * height * 3))
    var back = FloatImage(
      width: width, height: height, channels: 3, samples: background.array(count: width * height * 3))
    for pixel in 0..<width * height {
      let color = colors[pixel]
      for c in 0..<3 where matte.values[pixel] >= 1 { front.samples[pixel * 3 + c] = color[c] }
      for c in 0..<3 where matte.values[pixel] <= 0 { back.samples[pixel * 3 + c] = color[c] }
    }
    return ForegroundEstimation.Layers(foreground: front, background: back)
  }

  /// No layer is darker than black; above white is left to pictures that hold it.
  @inline(__always)
  private func clamp(_ color: SIMD3<Float>) -> SIMD3<Float> {
    pointwiseMax(color, .zero)
  }

  @inline(__always)
  private func read(_ buffer: borrowing ScratchBuffer<Float>, _ pixel: Int) -> SIMD3<Float> {
    SIMD3(buffer[pixel * 3], buffer[pixel * 3 + 1], buffer[pixel * 3 + 2])
  }

  @inline(__always)
  private func write(_ color: SIMD3<Float>, to buffer: borrowing ScratchBuffer<Float>, at pixel: Int) {
    buffer[pixel * 3] = color.x
    buffer[pixel * 3 + 1] = color.y
    buffer[pixel * 3 + 2] = color.z
  }
}
