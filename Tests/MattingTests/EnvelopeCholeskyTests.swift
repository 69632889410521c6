import Testing

@testable import Matting

@Suite struct EnvelopeCholeskyTests {
  @Test func solvesASymmetricSystem() {
    // Twelve rows in blocks of four; the last block does not touch the first, so its rows start at column 4.
    var random = TestRandom(13)
    let cholesky = EnvelopeCholesky(firstColumns: (0..<12).map { $0 < 8 ? 0 : 4 })
    var dense = [[Double]](repeating: [Double](repeating: 0, count: 12), count: 12)
    for row in 0..<12 {
      for block in 0..<3 where abs(row / 4 - block) < 2 {
        var entries = SIMD4<Double>.zero
        for k in 0..<4 {
          entries[k] = Double(random.unit()) - 0.5 + (block * 4 + k == row ? 8 : 0)
          dense[row][block * 4 + k] += entries[k]
          dense[block * 4 + k][row] += entries[k]
        }
        cholesky.addSymmetric(row: row, columns: block * 4, entries)
      }
    }
    cholesky.factorize(ridge: 0)
    let expected = (0..<12).map { Double($0) - 5 }
    let vector = ScratchBuffer<Double>(count: 12, repeating: 0)
    for row in 0..<12 { vector[row] = zip(dense[row], expected).reduce(0) { $0 + $1.0 * $1.1 } }
    cholesky.solve(vector)
    let found = vector.array(count: 12)
    // A well-conditioned system in double precision.
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-12) }
  }

  @Test func leavesOutDirectionsWithoutWeight() {
    let cholesky = EnvelopeCholesky(firstColumns: [0, 0, 0, 0])
    cholesky.addSymmetric(row: 1, columns: 0, SIMD4(0, 1, 0, 0))
    cholesky.factorize(ridge: 1e-6)
    let vector = ScratchBuffer<Double>(count: 4, repeating: 4)
    cholesky.solve(vector)
    let found = vector.array(count: 4)
    #expect(abs(found[1] - 2) < 1e-5)
    #expect(found[0] == 0 || abs(found[0]) < 1e-100)
  }
}
