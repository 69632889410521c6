/// The coarse half of the preconditioner: corrections that are, around each node of a coarse grid, linear in colour.
///
/// The matting Laplacian hardly resists an alpha of the form a . colour + b whose a and b change slowly, and an
/// incomplete factor alone needs hundreds of iterations to move one. Here a and b live on a grid, bilinear between
/// its nodes: four unknowns a node. Their system P^T L P is small and is solved exactly.
struct ColorCoarseSpace: ~Copyable {
  private static let spacing = 16
  /// Keeps directions that colours leave undetermined, as in a flat region, from dividing by zero; relative to the
  /// diagonal.
  private static let ridge = 1e-6

  private let count: Int
  /// For each row of the fine system: its cell in the grid, its weights at the cell's corners, its colour and 1.
  private let cell: ScratchBuffer<Int32>
  private let weights: ScratchBuffer<SIMD4<Float>>
  private let basis: ScratchBuffer<SIMD4<Float>>
  private let columns: Int
  /// The number of each node of the grid, or -1 where no unknown pixel is near.
  private let nodes: ScratchBuffer<Int32>
  private let matrix: EnvelopeCholesky
  private let vector: ScratchBuffer<Double>

  /// - Parameter width: of the picture whose pixels the system names.
  init(_ system: borrowing MattingSystem, colors: ColorReader, width: Int) {
    count = system.count
    let grid = CoarseGrid(system.pixels, width: width, spacing: Self.spacing)
    columns = grid.columns
    cell = ScratchBuffer(count: count, repeating: 0)
    weights = ScratchBuffer(count: count, repeating: .zero)
    basis = ScratchBuffer(count: count, repeating: .zero)
    nodes = ScratchBuffer(count: grid.columns * grid.lines, repeating: -1)
    for row in 0..<count {
      let pixel = Int(system.pixels[row])
      let (index, x, y) = grid.place(pixel)
      cell[row] = Int32(index)
      weights[row] = SIMD4((1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y)
      // Centred, so that the four functions of a node differ as much as they can.
      basis[row] = SIMD4(colors[pixel] - 0.5, 1)
      for corner in 0..<4 { nodes[index + corner / 2 * columns + corner % 2] = 0 }
    }
    var number: Int32 = 0
    for index in 0..<nodes.count where nodes[index] == 0 {
      nodes[index] = number
      number += 1
    }
    vector = ScratchBuffer(count: Int(number) * 4, repeating: 0)
    matrix = EnvelopeCholesky(firstColumns: Self.envelope(nodes, columns: columns, count: Int(number)))
    for row in 0..<count { add(row, of: system) }
    matrix.factorize(ridge: Self.ridge)
  }

  /// The first column of each row of P^T L P: pixels two apart couple nodes up to two apart.
  private static func envelope(_ nodes: borrowing ScratchBuffer<Int32>, columns: Int, count: Int) -> [Int32] {
    var first = (0..<count * 4).map { Int32($0) }
    for index in 0..<nodes.count where nodes[index] >= 0 {
      let line = index / columns
      let column = index - line * columns
      var lowest = nodes[index]
      for y in max(0, line - 2)...line {
        for x in max(0, column - 2)...min(columns - 1, column + 2) {
          let other = nodes[y * columns + x]
          if other >= 0 { lowest = min(lowest, other) }
        }
      }
      for k in 0..<4 { first[Int(nodes[index]) * 4 + k] = lowest * 4 }
    }
    return first
  }

  @inline(__always)
  private func node(_ row: Int, _ corner: Int) -> Int {
    Int(nodes[Int(cell[row]) + corner / 2 * columns + corner % 2])
  }

  /// Adds one row of the fine system to P^T L P: half its diagonal and the neighbours that follow it, as the matrix
  /// takes every entry for its mirror image too.
  private func add(_ row: Int, of system: borrowing MattingSystem) {
    // What the row's product with P holds at the nodes around its cell: four across, three down.
    var product = InlineArray<12, SIMD4<Double>>(repeating: .zero)
    accumulate(row, system.diagonal[row] / 2, around: row, &product)
    for slot in row * MattingSystem.neighbors..<(row + 1) * MattingSystem.neighbors {
      let other = Int(system.column[slot])
      if other < count { accumulate(other, Double(system.coupling[slot]), around: row, &product) }
    }
    for corner in 0..<4 {
      let left = SIMD4<Double>(basis[row] * weights[row][corner])
      let from = node(row, corner) * 4
      for place in 0..<12 where product[place] != .zero {
        let into = Int(nodes[Int(cell[row]) + place / 4 * columns + place % 4 - 1]) * 4
        for a in 0..<4 { matrix.addSymmetric(row: from + a, columns: into, left[a] * product[place]) }
      }
    }
  }

  @inline(__always)
  private func accumulate(
    _ other: Int, _ weight: Double, around row: Int, _ product: inout InlineArray<12, SIMD4<Double>>
  ) {
    // Cells lie at most one apart, and there are at least four columns, so the difference tells both steps.
    let difference = Int(cell[other]) - Int(cell[row])
    let down = difference >= columns - 1 ? 1 : 0
    let across = difference - down * columns + 1
    let scaled = SIMD4<Double>(basis[other]) * weight
    for corner in 0..<4 {
      product[(down + corner / 2) * 4 + across + corner % 2] += scaled * Double(weights[other][corner])
    }
  }

  /// Adds P (P^T L P)^-1 P^T residual to the result.
  func addCorrection(
    _ residual: borrowing ScratchBuffer<Double>, to result: borrowing ScratchBuffer<Double>
  ) {
    for index in 0..<vector.count { vector[index] = 0 }
    for row in 0..<count {
      let scaled = SIMD4<Double>(basis[row]) * residual[row]
      for corner in 0..<4 {
        let base = node(row, corner) * 4
        let part = scaled * Double(weights[row][corner])
        for k in 0..<4 { vector[base + k] += part[k] }
      }
    }
    matrix.solve(vector)
    for row in 0..<count {
      var sum = SIMD4<Double>.zero
      for corner in 0..<4 {
        let base = node(row, corner) * 4
        let value = SIMD4(vector[base], vector[base + 1], vector[base + 2], vector[base + 3])
        sum += value * Double(weights[row][corner])
      }
      result[row] += (sum * SIMD4<Double>(basis[row])).sum()
    }
  }
}

/// The grid over the box of some pixels.
private struct CoarseGrid {
  let columns: Int
  let lines: Int
  private let left: Int
  private let top: Int
  private let width: Int
  private let spacing: Int

  init(_ pixels: [Int32], width: Int, spacing: Int) {
    self.width = width
    self.spacing = spacing
    let xs = pixels.lazy.map { Int($0) % width }
    let ys = pixels.lazy.map { Int($0) / width }
    // One column to the left stays empty: a neighbour's cell may lie there.
    left = (xs.min() ?? 0) - spacing
    top = ys.min() ?? 0
    columns = max(4, ((xs.max() ?? 0) - left) / spacing + 4)
    lines = ((ys.max() ?? 0) - top) / spacing + 4
  }

  /// The pixel's cell and its place in it, 0..<1.
  func place(_ pixel: Int) -> (cell: Int, x: Float, y: Float) {
    let x = pixel % width - left
    let y = pixel / width - top
    return (
      y / spacing * columns + x / spacing, Float(x % spacing) / Float(spacing),
      Float(y % spacing) / Float(spacing)
    )
  }
}
