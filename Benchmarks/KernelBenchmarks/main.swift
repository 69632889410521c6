// Prints the speed of the kernels that a forward spends its time in.
//
// Usage: swift run -c release KernelBenchmarks [THREADS]
// Figures are the best of several runs; GFLOP/s count a multiplication and an addition as two.

import Tensors

/// Seconds of the fastest of `runs` calls, after one that warms the caches.
func best(of runs: Int = 5, _ body: () -> Tensor) -> Double {
  _ = body()
  let clock = ContinuousClock()
  return (0..<runs).map { _ in
    clock.measure { _ = body() } / .seconds(1)
  }.min() ?? .infinity
}

func uniform(_ shape: [Int]) -> Tensor {
  var state: UInt32 = 1
  let values = (0..<shape.reduce(1, *)).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    return Float(state >> 8) / Float(1 << 24) - 0.5
  }
  return Tensor(values, shape: shape)
}

func report(_ name: String, seconds: Double, operations: Double, note: String = "") {
  let milliseconds = (seconds * 1e6).rounded() / 1e3
  let rate = (operations / seconds / 1e8).rounded() / 10
  print("\(name): \(milliseconds) ms, \(rate) GFLOP/s\(note)")
}

func benchmarkLinear() {
  let shapes = [
    (256, 192, 768), (256, 384, 384), (1024, 768, 3072), (1024, 2560, 2560), (4608, 2560, 6912),
    (4608, 6912, 2560), (1, 2560, 2560),
  ]
  for (tokens, inputs, outputs) in shapes {
    let x = uniform([tokens, inputs])
    let matrix = uniform([outputs, inputs])
    for compute in ComputePrecision.allCases {
      let weight = WeightMatrix(matrix, compute: compute)
      report(
        "linear \(compute) \(tokens) x \(inputs) -> \(outputs)", seconds: best(of: 3) { linear(x, weight) },
        operations: 2 * Double(tokens) * Double(inputs) * Double(outputs))
    }
  }
}

func benchmarkAttention() {
  for (tokens, heads, dim) in [(1024, 12, 64), (4096, 12, 64), (4096, 20, 128)] {
    let q = uniform([tokens, heads * dim])
    let k = uniform([tokens, heads * dim])
    let v = uniform([tokens, heads * dim])
    let blocks = blockCount(tokens)
    let operations = 4 * Double(tokens) * Double(tokens) * Double(heads * dim)
    let dense = best(of: 3) { attention(q, k, v, heads: heads) }
    report("attention dense \(tokens) x \(heads) x \(dim)", seconds: dense, operations: operations)

    // Every row keeps 30 % of the blocks, scattered differently in each.
    let kept = max(1, Int((0.3 * Double(blocks)).rounded()))
    let rows = (0..<heads * blocks).map { row in
      (0..<kept).map { ($0 * blocks / kept + row) % blocks }.sorted()
    }
    let pattern = BlockPattern(heads: heads, queryBlocks: blocks, keyBlocks: blocks, rows: rows)
    let sparse = best(of: 3) { blockSparseAttention(q, k, v, heads: heads, blocks: pattern) }
    report(
      "attention sparse \(tokens) x \(heads) x \(dim)", seconds: sparse,
      operations: operations * (1 - pattern.sparsity),
      note: ", sparsity \(pattern.sparsity), \((dense / sparse * 100).rounded() / 100) times dense")
  }
}

func benchmarkConvolution() {
  for (side, channels, outputs, kernel) in [
    (128, 64, 64, 3), (64, 128, 128, 3), (64, 512, 512, 3), (128, 64, 64, 1),
  ] {
    let x = uniform([side, side, channels])
    let layer = Convolution(uniform([outputs, channels, kernel, kernel]))
    report(
      "convolution \(kernel) x \(kernel), \(side) x \(side), \(channels) -> \(outputs)",
      seconds: best { layer(x) },
      operations: 2 * Double(side * side * kernel * kernel * channels * outputs))
  }
}

if CommandLine.arguments.count > 1, let threads = Int(CommandLine.arguments[1]) {
  ThreadPool.threadCount = threads
}
print("\(instructionSet), \(ThreadPool.threadCount) threads")
benchmarkLinear()
benchmarkAttention()
benchmarkConvolution()
