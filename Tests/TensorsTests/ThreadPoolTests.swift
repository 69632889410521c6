import Testing

@testable import Tensors

@Suite struct ThreadPoolTests {
  @Test func everyIndexRunsOnce() {
    for count in [0, 1, 2, 3, 1000] {
      var hits = [Int](repeating: 0, count: count)
      hits.withUnsafeMutableBufferPointer { hits in
        nonisolated(unsafe) let base = hits.baseAddress
        ThreadPool.parallel(count) { base?[$0] += 1 }
      }
      #expect(hits.allSatisfy { $0 == 1 })
    }
  }

  @Test func nestedCallsRunInline() {
    var hits = [Int](repeating: 0, count: 20 * 30)
    hits.withUnsafeMutableBufferPointer { hits in
      nonisolated(unsafe) let base = hits.baseAddress
      ThreadPool.parallel(20) { outer in
        ThreadPool.parallel(30) { inner in base?[outer * 30 + inner] += 1 }
      }
    }
    #expect(hits.allSatisfy { $0 == 1 })
  }

  @Test func manyCallersAtOnce() async {
    await withTaskGroup(of: Int.self) { group in
      for caller in 0..<8 {
        group.addTask {
          var total = 0
          for _ in 0..<200 {
            var parts = [Int](repeating: 0, count: 16)
            parts.withUnsafeMutableBufferPointer { parts in
              nonisolated(unsafe) let base = parts.baseAddress
              ThreadPool.parallel(16) { base?[$0] = $0 + caller }
            }
            total += parts.reduce(0, +)
          }
          return total - 200 * (120 + 16 * caller)
        }
      }
      for await difference in group { #expect(difference == 0) }
    }
  }

  @Test func rangesCoverAll() {
    var seen = [Int](repeating: 0, count: 101)
    seen.withUnsafeMutableBufferPointer { seen in
      nonisolated(unsafe) let base = seen.baseAddress
      ThreadPool.parallelRanges(101, grain: 7) { range in for i in range { base?[i] += 1 } }
    }
    #expect(seen.allSatisfy { $0 == 1 })
  }

  @Test func largeBlocksAreUsedAgain() {
    let count = 3_000_017
    var address: UnsafePointer<Float>?
    do {
      let first = Tensor(zeros: [count])
      address = first.read { $0 }
    }
    #expect(TensorMemory.cachedBytes >= count * 4)
    let second = Tensor(uninitialized: [count])
    second.read { #expect($0 == address) }
  }
}
