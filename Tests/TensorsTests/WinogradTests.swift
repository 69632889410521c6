import CKernels
import Testing

@testable import Tensors

@Suite struct WinogradTests {
  @Test(arguments: [Padding.zero, .circular], [Padding.zero, .circular])
  func agreesWithTheProduct(paddingX: Padding, paddingY: Padding) {
    for (height, width, channels, outputs) in [
      (1, 1, 16, 16), (4, 4, 16, 33), (7, 30, 20, 48), (21, 13, 40, 17),
    ] {
      var noise = Noise(UInt64(height * 100 + width))
      let x = noise.tensor([height, width, channels])
      let w = noise.tensor([outputs, channels, 3, 3])
      let bias = noise.tensor([outputs])
      let residual = noise.tensor([height, width, outputs])
      let expected = Convolution(w)(
        x, bias: bias, paddingX: paddingX, paddingY: paddingY, activation: .silu, residual: residual)
      let found = expectSameBitsForThreadCounts {
        Convolution(w, method: .winograd)(
          x, bias: bias, paddingX: paddingX, paddingY: paddingY, activation: .silu, residual: residual)
      }
      #expect(found.shape == expected.shape)
      // The transforms multiply rounding by some ten: 1e-12 measured, where a product has 1e-14.
      #expect(normalizedError(found.doubles, expected.doubles) < 1e-11)
    }
  }

  /// A part of a picture cut at a multiple of four, with its surroundings, comes out as in the whole, bit by bit.
  @Test func tilesAreExact() {
    var noise = Noise(3)
    let x = noise.tensor([20, 24, 16])
    let layer = Convolution(noise.tensor([32, 16, 3, 3]), method: .winograd)
    let whole = layer(x)
    let part = layer(x.rows(4..<16))
    // The tiles whose inputs are all there.
    for row in 4..<8 {
      #expect(part.rows(row..<row + 1).bits == whole.rows(row + 4..<row + 5).bits)
    }
  }

  /// Channels read and written within larger pictures, and what is done to the sums, by either method.
  @Test(arguments: [ConvolutionMethod.product, .winograd])
  func readsAndWritesChannels(method: ConvolutionMethod) {
    var noise = Noise(5)
    let (height, width) = (9, 11)
    var stack = noise.tensor([height, width, 96])
    let before = stack
    let w = noise.tensor([32, 40, 3, 3], scale: 0.1)
    let layer = Convolution(w, method: method)
    let (bias, slope, gate) = (noise.tensor([32]), noise.tensor([32]), noise.tensor([32]))
    let residual = noise.tensor([height, width, 48])
    let plain = layer(stack.columns(8..<48), bias: bias)
    let finish = ConvolutionFinish(bias: bias, slope: slope, gate: gate, residual: residual)
    layer(within: &stack, from: 8, to: 56, finish, paddingX: .zero, paddingY: .zero)
    #expect(stack.columns(0..<56).bits == before.columns(0..<56).bits)
    #expect(stack.columns(88..<96).bits == before.columns(88..<96).bits)
    var (expected, attended): ([Double], [Double]) = ([], [])
    for place in 0..<height * width {
      for channel in 0..<32 {
        let sum = plain.doubles[place * 32 + channel]
        let added = residual.doubles[place * 48 + channel]
        let bent = sum < 0 ? sum * slope.doubles[channel] : sum
        expected.append(bent * gate.doubles[channel] + added)
        attended.append((sum + added) * (1 / (1 + exponential(-sum)) - 0.5))
      }
    }
    // As for matrix products: the last steps are exact to single precision.
    #expect(normalizedError(stack.columns(56..<88).doubles, expected) < 1e-12)

    var other = Tensor(zeros: [height, width, 40])
    let attention = ConvolutionFinish(bias: bias, residual: residual, attends: true)
    layer(before, from: 8, into: &other, to: 4, attention, paddingX: .zero, paddingY: .zero)
    #expect(normalizedError(other.columns(4..<36).doubles, attended) < 1e-12)
    #expect(other.columns(36..<40).values.allSatisfy { $0 == 0 })
  }

  /// Every set of kernels that this processor runs gives the sums of the portable one.
  @Test func everyInstructionSetAgrees() throws {
    var noise = Noise(8)
    let x = noise.tensor([6, 50, 24])
    let panels = winogradPanels(noise.tensor([40, 24, 3, 3]))
    func run(_ table: ck_kernels_table) -> [Double] {
      var y = Tensor(zeros: [6, 50, 40])
      var picture = ck_picture(
        height: 6, width: 50, channels: 24, pixel_stride: 24, out_height: 6, out_width: 50, kernel_height: 3,
        kernel_width: 3, stride: 1, dilation: 1, pad_top: 1, pad_left: 1, wrap_y: false, wrap_x: true)
      y.write { y in
        x.read { x in
          panels.read { panels in
            let weights = ck_weights(
              panels: panels, rows: nil, row_scale: nil, columns: 40, depth: 24, dtype: CK_FLOAT32,
              compute: CK_COMPUTE_FLOAT32)
            withUnsafePointer(to: &picture) { picture in
              var job = ck_product(
                x: x, x_stride: 0, picture: picture, weights: weights, bias: nil, slope: nil, residual: nil,
                residual_stride: 0, gate: nil, paired: nil, activation: CK_ACTIVATION_NONE, attends: false,
                y: y,
                y_stride: 40)
              table.winograd(&job, 0, 26)
            }
          }
        }
      }
      return y.doubles
    }
    let portable = run(try #require(ck_kernels_named("portable")?.pointee))
    for name in ["avx2", "avx512", "avx512bf16"] {
      guard let table = ck_kernels_named(name)?.pointee else { continue }
      // Fused multiply-adds round once where the portable ones may round twice.
      #expect(normalizedError(run(table), portable) < 1e-11, "\(name)")
    }
  }
}
