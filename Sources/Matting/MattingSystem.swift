import Images

/// The linear system of closed-form matting over the unknown pixels of a region.
///
/// Minimising alpha^T L alpha with the known pixels held fixed gives L_UU alpha_U = -L_UK alpha_K, where L is
/// the matting Laplacian of 3 x 3 windows: Levin, Lischinski and Weiss, "A Closed-Form Solution to Natural
/// Image Matting" (2008), equation 12. Only the rows of unknown pixels are built, in raster order, and of a
/// symmetric row only the twelve neighbours that follow in that order. A row takes 12 x 8 + 16 bytes.
struct MattingSystem: ~Copyable {
  static let neighbors = 12

  let count: Int
  /// The picture's pixel behind each row.
  let pixels: [Int32]
  /// The row's coupling to each following neighbour, and that neighbour's row, or `count` when it is known.
  let coupling: ScratchBuffer<Float>
  let column: ScratchBuffer<Int32>
  let diagonal: ScratchBuffer<Double>
  let rightSide: ScratchBuffer<Double>

  /// Where `b` lies in `a`'s list of following neighbours, from the offset between them.
  static func slot(dx: Int, dy: Int) -> Int {
    dy == 0 ? dx - 1 : 5 * dy - 1 + dx
  }

  static func offset(ofSlot slot: Int) -> (dx: Int, dy: Int) {
    slot < 2 ? (slot + 1, 0) : ((slot - 2) % 5 - 2, (slot - 2) / 5 + 1)
  }

  /// Builds the system for the pixels of `region` that `trimap` leaves unknown.
  ///
  /// `alpha` gives the values held fixed: the known pixels', and everything outside the region.
  init(
    colors: ColorReader, trimap: Trimap, alpha: [Float], region: PixelRect, epsilon: Double
  ) {
    let rows = RowMap(trimap: trimap, region: region)
    pixels = rows.pixels
    count = rows.pixels.count
    coupling = ScratchBuffer(count: count * Self.neighbors, repeating: 0)
    column = ScratchBuffer(count: count * Self.neighbors, repeating: Int32(count))
    diagonal = ScratchBuffer(count: count, repeating: 0)
    rightSide = ScratchBuffer(count: count, repeating: 0)

    for row in 0..<count {
      let y = Int(pixels[row]) / trimap.width
      let x = Int(pixels[row]) - y * trimap.width
      for slot in 0..<Self.neighbors {
        let (dx, dy) = Self.offset(ofSlot: slot)
        let other = rows.row(x: x + dx, y: y + dy)
        if other >= 0 { column[row * Self.neighbors + slot] = other }
      }
    }
    let left = max(1, region.x - 1)
    let right = min(trimap.width - 1, region.maxX + 1)
    for y in max(1, region.y - 1)..<max(1, region.y - 1, min(trimap.height - 1, region.maxY + 1)) {
      for x in left..<max(left, right) {
        addWindow(x: x, y: y, width: trimap.width, rows: rows, colors: colors, alpha: alpha, epsilon: epsilon)
      }
    }
    closeRows()
  }

  private func addWindow(
    x: Int, y: Int, width: Int, rows: borrowing RowMap, colors: ColorReader, alpha: [Float], epsilon: Double
  ) {
    var row = InlineArray<9, Int32>(repeating: -1)
    var anyUnknown = false
    for k in 0..<9 {
      row[k] = rows.row(x: x + k % 3 - 1, y: y + k / 3 - 1)
      anyUnknown = anyUnknown || row[k] >= 0
    }
    guard anyUnknown else { return }

    var deviation = InlineArray<9, SIMD3<Double>>(repeating: .zero)
    var mean = SIMD3<Double>.zero
    for k in 0..<9 {
      deviation[k] = SIMD3<Double>(colors[(y + k / 3 - 1) * width + x + k % 3 - 1])
      mean += deviation[k]
    }
    mean /= 9
    for k in 0..<9 { deviation[k] -= mean }
    var covariance = SymmetricMatrix3(diagonal: epsilon)
    for k in 0..<9 { covariance.addOuterProduct(deviation[k]) }
    // Nine times the covariance plus epsilon, so the inverse comes out a ninth of the one in the paper and
    // every coupling is -(1/9 + d_a^T inverse d_b).
    let inverse = covariance.inverse

    for a in 0..<9 {
      let whitened = inverse.times(deviation[a])
      for b in a + 1..<9 where row[a] >= 0 || row[b] >= 0 {
        let weight = -(1.0 / 9 + (whitened * deviation[b]).sum())
        let slot = Self.slot(dx: b % 3 - a % 3, dy: b / 3 - a / 3)
        if row[a] >= 0, row[b] >= 0 {
          coupling[Int(row[a]) * Self.neighbors + slot] += Float(weight)
        } else if row[a] >= 0 {
          hold(Int(row[a]), weight, alpha[(y + b / 3 - 1) * width + x + b % 3 - 1])
        } else {
          hold(Int(row[b]), weight, alpha[(y + a / 3 - 1) * width + x + a % 3 - 1])
        }
      }
    }
  }

  /// Adds a coupling to a pixel whose alpha is fixed.
  private func hold(_ row: Int, _ weight: Double, _ alpha: Float) {
    diagonal[row] -= weight
    rightSide[row] -= weight * Double(alpha)
  }

  /// Fills the diagonal so that every row of the full Laplacian sums to zero.
  ///
  /// It is summed from the rounded couplings: a constant alpha must stay free of cost exactly, whatever the
  /// rounding, because epsilon's own cost is as small as a rounding error.
  private func closeRows() {
    for row in 0..<count {
      for slot in row * Self.neighbors..<(row + 1) * Self.neighbors {
        let other = Int(column[slot])
        guard other < count else { continue }
        diagonal[row] -= Double(coupling[slot])
        diagonal[other] -= Double(coupling[slot])
      }
    }
    // A row that no window reaches (a picture less than three pixels wide) keeps its starting value.
    for row in 0..<count where diagonal[row] <= 0 { diagonal[row] = 1 }
  }

  /// result = L_UU vector; both hold `count + 1` values, the last one a place for absent neighbours.
  func multiply(_ vector: borrowing ScratchBuffer<Double>, into result: borrowing ScratchBuffer<Double>) {
    for row in 0..<count { result[row] = diagonal[row] * vector[row] }
    for row in 0..<count {
      let value = vector[row]
      var sum = 0.0
      for slot in row * Self.neighbors..<(row + 1) * Self.neighbors {
        let other = Int(column[slot])
        let weight = Double(coupling[slot])
        sum += weight * vector[other]
        result[other] += weight * value
      }
      result[row] += sum
    }
  }
}
