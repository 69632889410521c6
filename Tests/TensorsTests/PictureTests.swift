import Testing

@testable import Tensors

@Suite struct PictureTests {
  /// Convolution in double on (H, W, C) with torch's weights (O, I, KH, KW).
  func naive(
    _ x: Tensor, _ w: Tensor, stride: Int, pad: (top: Int, bottom: Int, left: Int, right: Int),
    circularX: Bool, circularY: Bool, dilation: Int = 1
  ) -> (shape: [Int], values: [Double]) {
    let (h, width, c) = (x.shape[0], x.shape[1], x.shape[2])
    let (o, kh, kw) = (w.shape[0], w.shape[2], w.shape[3])
    let outH = (h + pad.top + pad.bottom - dilation * (kh - 1) - 1) / stride + 1
    let outW = (width + pad.left + pad.right - dilation * (kw - 1) - 1) / stride + 1
    let (xs, ws) = (x.doubles, w.doubles)
    var result: [Double] = []
    for y in 0..<outH {
      for column in 0..<outW {
        for channel in 0..<o {
          var sum = 0.0
          for dy in 0..<kh {
            for dx in 0..<kw {
              var sy = y * stride + dy * dilation - pad.top
              var sx = column * stride + dx * dilation - pad.left
              if circularY { sy = (sy + h) % h }
              if circularX { sx = (sx + width) % width }
              guard sy >= 0, sy < h, sx >= 0, sx < width else { continue }
              for i in 0..<c {
                sum += xs[(sy * width + sx) * c + i] * ws[((channel * c + i) * kh + dy) * kw + dx]
              }
            }
          }
          result.append(sum)
        }
      }
    }
    return ([outH, outW, o], result)
  }

  @Test(arguments: [1, 3], [Padding.zero, .circular])
  func convolution(kernel: Int, paddingX: Padding) throws {
    for (height, width, channels, outputs) in [(1, 1, 3, 4), (7, 9, 5, 33), (13, 21, 40, 12)] {
      for paddingY in [Padding.zero, .circular] {
        var noise = Noise(UInt64(height * 100 + kernel))
        let x = noise.tensor([height, width, channels])
        let w = noise.tensor([outputs, channels, kernel, kernel])
        let half = kernel / 2
        let (shape, expected) = naive(
          x, w, stride: 1, pad: (half, half, half, half), circularX: paddingX == .circular,
          circularY: paddingY == .circular)
        let found = expectSameBitsForThreadCounts {
          Convolution(w)(x, paddingX: paddingX, paddingY: paddingY)
        }
        #expect(found.shape == shape)
        // As for matrix products.
        #expect(normalizedError(found.doubles, expected) < 1e-11)
      }
    }
  }

  @Test func stridedWithOneSidedPadding() {
    // The FLUX encoder's downsampling: stride 2, padding below and on the right only.
    var noise = Noise(31)
    let x = noise.tensor([10, 14, 6])
    let w = noise.tensor([8, 6, 3, 3])
    let bias = noise.tensor([8])
    let (shape, expected) = naive(
      x, w, stride: 2, pad: (0, 1, 0, 1), circularX: false, circularY: false)
    let residual = noise.tensor(shape)
    let found = Convolution(w)(x, bias: bias, stride: 2, padding: (0, 1, 0, 1), residual: residual)
    #expect(found.shape == shape)
    let full = expected.indices.map { expected[$0] + bias.doubles[$0 % 8] + residual.doubles[$0] }
    #expect(normalizedError(found.doubles, full) < 1e-11)
  }

  @Test(arguments: [1, 2, 8], [Padding.zero, .circular])
  func dilatedConvolution(dilation: Int, paddingX: Padding) {
    var noise = Noise(UInt64(40 + dilation))
    // Twelve, sixteen and forty outputs: less than, exactly and more than the vectors that one block needs.
    for outputs in [12, 16, 40] {
      let x = noise.tensor([11, 27, 6])
      let w = noise.tensor([outputs, 6, 3, 3])
      let pad = (dilation, dilation, dilation, dilation)
      let (shape, expected) = naive(
        x, w, stride: 1, pad: pad, circularX: paddingX == .circular, circularY: false, dilation: dilation)
      let found = expectSameBitsForThreadCounts {
        Convolution(w)(x, dilation: dilation, paddingX: paddingX)
      }
      #expect(found.shape == shape)
      #expect(normalizedError(found.doubles, expected) < 1e-11)
      let positive = Convolution(w)(x, dilation: dilation, paddingX: paddingX, activation: .relu)
      #expect(positive.values == found.values.map { max($0, 0) })
    }
  }

  @Test func poolsBlocksThatTheBorderCuts() {
    let x = Tensor([1, 5, 2, 4, 3, 0, -1, -2, -3], shape: [3, 3, 1])
    #expect(maxPool2x2(x).values == [5, 2, -1, -3])
  }

  /// torch.nn.functional.interpolate(x, size, mode="bilinear", align_corners=False) of arange(6).reshape(2, 3).
  @Test func resizesAsTorchDoes() {
    let x = Tensor([0, 1, 2, 3, 4, 5], shape: [2, 3, 1])
    #expect(
      resizeBilinear(x, height: 4, width: 3).values == [0, 1, 2, 0.75, 1.75, 2.75, 2.25, 3.25, 4.25, 3, 4, 5])
    #expect(resizeBilinear(x, height: 1, width: 2).values == [1.75, 3.25])
    let joined = joinChannels(Tensor([7], shape: [1, 1, 1]), x)
    #expect(joined.shape == [2, 3, 2] && joined.values == [7, 0, 7, 1, 7, 2, 7, 3, 7, 4, 7, 5])
  }

  @Test(arguments: [3, 5, 64])
  func bfloat16Convolution(channels: Int) {
    var noise = Noise(35)
    let bf16 = { (t: Tensor) in
      Tensor(t.narrowedToBFloat16().map { Float(bitPattern: UInt32($0) << 16) }, shape: t.shape)
    }
    let x = bf16(noise.tensor([9, 11, channels]))
    let w = bf16(noise.tensor([20, channels, 3, 3]))
    let exact = Convolution(w)(x, paddingX: .circular)
    let found = Convolution(w, compute: .bf16)(x, paddingX: .circular)
    // The factors are bfloat16 already, so that only the order of the sums differs.
    #expect(normalizedError(found.doubles, exact.doubles) < 1e-11)
  }

  @Test func groupNormMatchesDouble() {
    let (h, w, c, groups) = (37, 41, 24, 4)
    var noise = Noise(32)
    let x = noise.tensor([h, w, c], scale: 3)
    let weight = noise.tensor([c])
    let bias = noise.tensor([c])
    let found = expectSameBitsForThreadCounts {
      groupNorm(x, groups: groups, weight: weight, bias: bias, epsilon: 1e-6)
    }
    let xs = x.doubles
    var expected = xs
    let size = c / groups
    for group in 0..<groups {
      let members = xs.indices.filter { $0 % c / size == group }
      let mean = members.map { xs[$0] }.reduce(0, +) / Double(members.count)
      let variance = members.map { (xs[$0] - mean) * (xs[$0] - mean) }.reduce(0, +) / Double(members.count)
      for i in members {
        expected[i] =
          (xs[i] - mean) / (variance + 1e-6).squareRoot() * weight.doubles[i % c] + bias.doubles[i % c]
      }
    }
    #expect(relativeError(found.doubles, expected, floor: 0.1) < 1e-5)
    let activated = groupNorm(x, groups: groups, weight: weight, bias: bias, epsilon: 1e-6, silu: true)
    #expect(relativeError(activated.doubles, expected.map { $0 / (1 + exponential(-$0)) }, floor: 0.1) < 1e-5)
  }

  @Test func shufflesKeepTorchOrder() {
    // torch.pixel_unshuffle of arange(8).reshape(1, 2, 4) by 2 gives channels [0, 2], [1, 3], [4, 6], [5, 7].
    let x = Tensor((0..<8).map(Float.init), shape: [2, 4, 1])
    let down = pixelUnshuffle(x, factor: 2)
    #expect(down.shape == [1, 2, 4])
    #expect(down.values == [0, 1, 4, 5, 2, 3, 6, 7])
    var noise = Noise(33)
    let y = noise.tensor([6, 10, 3])
    #expect(pixelShuffle(pixelUnshuffle(y, factor: 2), factor: 2).values == y.values)
  }

  @Test func upsamplingRepeatsPixels() {
    let x = Tensor([1, 2, 3, 4], shape: [1, 2, 2])
    let up = upsampleNearest2x(x)
    #expect(up.shape == [2, 4, 2])
    #expect(up.values == [1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4])
  }

  @Test func layouts() {
    var noise = Noise(34)
    let x = noise.tensor([5, 33, 70])
    let first = x.channelsFirst()
    #expect(first.shape == [70, 5, 33])
    #expect(first.values[(3 * 5 + 2) * 33 + 7] == x.values[(2 * 33 + 7) * 70 + 3])
    #expect(first.channelsLast().values == x.values)
    let joined = Tensor.concatenated([x.rows(0..<2), x.rows(2..<5)])
    #expect(joined.shape == x.shape && joined.values == x.values)
    let part = x.reshaped([165, 70]).columns(3..<9)
    #expect(part.shape == [165, 6] && part[100, 2] == Double(x.values[100 * 70 + 5]))
  }
}
