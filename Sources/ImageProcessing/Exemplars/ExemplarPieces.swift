import Images
import Tensors

/// Where every pixel of a filled region was copied from: pieces of the picture, each moved by one offset.
struct ExemplarPieces {
  /// What a joint between pieces costs beside how well a patch fits.
  private static let jointWeight: Float = 1
  /// Joints beyond the picture cannot be judged: they cost what a plain difference does.
  private static let unknownJoint: Float = 0.1
  private static let mostSweeps = 6
  /// Beyond the picture's border nothing holds the tones: what is corrected where pieces meet the picture fades over
  /// fifty pixels, not to become a cast.
  private static let fade: Float = 4e-4

  private let level: ExemplarLevel
  /// The pixels of the hole.
  private let holes: [Int]
  /// Of each pixel what is to be added to its index to find the one it is copied from; 0 outside the hole.
  private(set) var offsets: [Int32]

  /// Copies every pixel by the best of the patches that cover it, then moves the joints.
  init(_ field: PatchField) {
    let level = field.level
    self.level = level
    holes = level.isHole.indices.filter { level.isHole[$0] }
    offsets = [Int32](repeating: 0, count: level.isHole.count)
    for pixel in holes {
      let (rows, columns) = field.cover(pixel % level.width, pixel / level.width)
      var least = Float.infinity
      for row in rows {
        for middle in row * level.width + columns.lowerBound...row * level.width + columns.upperBound
        where field.sources[middle] >= 0 && field.distances[middle] < least {
          least = field.distances[middle]
          offsets[pixel] = field.sources[middle] - Int32(middle)
        }
      }
    }
    unsafe level.withComparison(field.guidance) { comparison in unsafe joinBetter(comparison) }
  }

  /// Lets each pixel take the offset of a neighbour where that costs less, patch and joints together, until none does
  /// (iterated conditional modes on the energy of Pritch et al., "Shift-Map Image Editing", 2009).
  private mutating func joinBetter(_ comparison: PatchComparison) {
    let width = level.width
    func fit(_ pixel: Int, _ offset: Int) -> Float {
      let source = pixel + offset
      return unsafe comparison.distance(
        pixel % width, pixel / width, source % width, source / width, below: .infinity)
    }
    // A pixel near the border of what may be copied has no whole patch of its own: it stays with the one it is of.
    var fits = [Float](repeating: 0, count: offsets.count)
    for pixel in holes where level.isSource[pixel + Int(offsets[pixel])] {
      fits[pixel] = fit(pixel, Int(offsets[pixel]))
    }
    for sweep in 0..<Self.mostSweeps {
      var isSettled = true
      for index in holes.indices {
        let pixel = holes[sweep % 2 == 0 ? index : holes.count - 1 - index]
        let own = Int(offsets[pixel])
        var least = fits[pixel] + joints(pixel, own)
        let neighbours = neighbours(of: pixel)
        for place in 0..<4 where neighbours[place] >= 0 && level.isHole[Int(neighbours[place])] {
          let offset = Int(offsets[Int(neighbours[place])])
          guard offset != Int(offsets[pixel]), level.isSource.indices.contains(pixel + offset),
            level.isSource[pixel + offset]
          else { continue }
          let joints = joints(pixel, offset)
          guard joints < least else { continue }
          let fit = fit(pixel, offset)
          guard fit + joints < least else { continue }
          (least, fits[pixel], offsets[pixel]) = (fit + joints, fit, Int32(offset))
        }
        if Int(offsets[pixel]) != own { isSettled = false }
      }
      if isSettled { break }
    }
  }

  /// The indices of the four neighbours of a pixel; -1 where the picture ends.
  private func neighbours(of pixel: Int) -> SIMD4<Int32> {
    let (x, y, width) = (pixel % level.width, pixel / level.width, level.width)
    return SIMD4(
      x > 0 ? Int32(pixel - 1) : -1, x + 1 < width ? Int32(pixel + 1) : -1,
      y > 0 ? Int32(pixel - width) : -1, y + 1 < level.height ? Int32(pixel + width) : -1)
  }

  /// Whether neighbours that were moved by one offset still are: one may have left the picture and come in on its other
  /// side.
  private func areBeside(_ first: Int, _ second: Int) -> Bool {
    abs(first % level.width - second % level.width) <= 1
  }

  /// What the joints around a pixel cost if it is copied by an offset: how far what either side would show differs.
  private func joints(_ pixel: Int, _ offset: Int) -> Float {
    let pixels = level.features.indices
    var sum: Float = 0
    let neighbours = neighbours(of: pixel)
    for place in 0..<4 where neighbours[place] >= 0 {
      let neighbour = Int(neighbours[place])
      let other = Int(offsets[neighbour])
      guard level.isHole[neighbour] else {
        guard pixels.contains(neighbour + offset), areBeside(neighbour + offset, pixel + offset) else {
          continue
        }
        let difference = level.features[neighbour + offset] - level.features[neighbour]
        sum += 2 * (difference * difference).sum()
        continue
      }
      guard other != offset else { continue }
      guard pixels.contains(neighbour + offset), pixels.contains(pixel + other),
        areBeside(neighbour + offset, pixel + offset), areBeside(neighbour + other, pixel + other)
      else {
        sum += Self.unknownJoint
        continue
      }
      let here = level.features[pixel + offset] - level.features[pixel + other]
      let there = level.features[neighbour + offset] - level.features[neighbour + other]
      sum += (here * here).sum() + (there * there).sum()
    }
    return Self.jointWeight * sum
  }

  /// The picture with the region filled: pixels as they are, then moved in tone so that pieces meet each other and
  /// what surrounds them (Perez, Gangnet and Blake, "Poisson Image Editing", 2003).
  func compose(_ picture: FloatImage) -> FloatImage {
    var result = picture
    for pixel in holes {
      let source = pixel + Int(offsets[pixel])
      for channel in 0..<3 { result.samples[3 * pixel + channel] = picture.samples[3 * source + channel] }
    }
    let box = PixelRect(
      x: level.columns.lowerBound, y: level.rows.lowerBound, width: level.columns.count,
      height: level.rows.count)
    var mask = Mask(width: box.width, height: box.height)
    for pixel in holes { mask[pixel % level.width - box.x, pixel / level.width - box.y] = 1 }
    let solver = PoissonSolver(mask: mask, screening: reachesBorder ? Self.fade : 0)
    var corrections = [[Float]](repeating: [], count: 3)
    unsafe corrections.withUnsafeMutableBufferPointer { corrections in
      ThreadPool.parallel(3) { channel in
        unsafe corrections[channel] =
          solver.solve(steps(channel, from: picture, in: result, box: box)).0
      }
    }
    for pixel in holes {
      let place = (pixel / level.width - box.y) * box.width + pixel % level.width - box.x
      for channel in 0..<3 { result.samples[3 * pixel + channel] += corrections[channel][place] }
    }
    return result
  }

  private var reachesBorder: Bool {
    holes.contains { pixel in
      let (x, y) = (pixel % level.width, pixel / level.width)
      return x == 0 || y == 0 || x == level.width - 1 || y == level.height - 1
    }
  }

  /// Of each pixel of the hole how much the steps to its neighbours are to grow: at a joint to the mean of what the
  /// pieces on both its sides show, at the region's border to what the piece shows.
  private func steps(_ channel: Int, from picture: FloatImage, in copied: FloatImage, box: PixelRect)
    -> [Float]
  {
    func difference(_ first: Int, _ second: Int) -> Float? {
      guard level.isHole.indices.contains(first), level.isHole.indices.contains(second),
        !level.isHole[first], !level.isHole[second], areBeside(first, second)
      else { return nil }
      return picture.samples[3 * first + channel] - picture.samples[3 * second + channel]
    }
    // Where the piece's picture ends the step before goes on.
    func step(_ pixel: Int, _ neighbour: Int, moved offset: Int) -> Float? {
      difference(pixel + offset, neighbour + offset)
        ?? difference(2 * pixel - neighbour + offset, pixel + offset)
    }
    var sums = [Float](repeating: 0, count: box.width * box.height)
    for pixel in holes {
      let place = (pixel / level.width - box.y) * box.width + pixel % level.width - box.x
      let own = Int(offsets[pixel])
      let neighbours = neighbours(of: pixel)
      for side in 0..<4 where neighbours[side] >= 0 {
        let neighbour = Int(neighbours[side])
        guard !level.isHole[neighbour] || Int(offsets[neighbour]) != own else { continue }
        let present = copied.samples[3 * pixel + channel] - copied.samples[3 * neighbour + channel]
        let wanted = step(pixel, neighbour, moved: own)
        let others = level.isHole[neighbour] ? step(pixel, neighbour, moved: Int(offsets[neighbour])) : nil
        let meant = ((wanted ?? others ?? 0) + (others ?? wanted ?? 0)) / 2
        sums[place] += meant - present
      }
    }
    return sums
  }
}
