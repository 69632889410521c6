package import Images

/// Fills a region of a picture with pieces of its surroundings.
///
/// From coarse to fine, every patch that touches the region looks for the known one most like it, and the region
/// becomes what the found ones agree on (Wexler et al. 2007; Barnes et al. 2009). What is filled in the end is copied
/// in pieces, so that grain stays, and the pieces' tones are moved to meet.
///
/// The result depends on the picture, the mask and the seed, not on the number of threads.
package struct ExemplarCompletion: Sendable {
  /// Of the random search.
  package var seed: UInt64
  /// How much the guide counts: a squared difference of patch means beside one of colours.
  package var guideWeight: Float

  /// What it takes of memory, for each pixel of the picture given.
  package static let bytesPerPixel = 160

  /// The region's inner radius, in pixels of the coarsest level, is at most one and a half times this.
  private static let coarsestRadius: Float = 9
  /// The finest level that is held to a guide is an eighth of the picture's size.
  private static let guidedFrom = 3
  /// Rounds of search and vote on the coarsest level and on the finest; between them in even steps.
  private static let mostCycles = 10
  private static let leastCycles = 3
  /// Rounds of search before a vote.
  private static let searchRounds = 2

  package init(seed: UInt64 = 0, guideWeight: Float = 1) {
    (self.seed, self.guideWeight) = (seed, guideWeight)
  }

  /// Pixels of surroundings that are worth showing around a region's box: its longer side, less in large ones, and 96
  /// at least. From farther away comes what does not belong.
  package static func reach(around box: PixelRect) -> Int {
    let longer = max(box.width, box.height)
    return max(96, min(longer, 256 + longer / 4))
  }

  /// Whether a guide has a say in a region: in small ones what surrounds them knows better.
  ///
  /// - Parameter innerRadius: the largest distance of a pixel of the region to its border.
  package static func usesGuide(innerRadius: Float) -> Bool { levels(innerRadius: innerRadius) > guidedFrom }

  private static func levels(innerRadius: Float) -> Int {
    var radius = innerRadius
    var count = 1
    while radius > 1.5 * coarsestRadius {
      radius /= 2
      count += 1
    }
    return count
  }

  /// The picture with the region filled; as the nearest pixels mirrored if no whole patch is known.
  ///
  /// - Parameters:
  ///   - picture: sRGB-encoded, 3 channels.
  ///   - mask: of its size; the region is where it is over 0.
  ///   - guide: of its size, what should be in the region, of which only the coarse is used.
  package func fill(_ picture: FloatImage, mask: Mask, guide: FloatImage? = nil) throws -> FloatImage {
    try picture.checkOverlay(of: guide ?? picture, mask: mask, channels: 3)
    guard mask.boundingBox() != nil else { return picture }
    // What is no number would never be equal to itself, and spread.
    let finite = FloatImage(
      width: picture.width, height: picture.height, channels: 3,
      samples: picture.samples.map { $0.isFinite ? $0 : 0 })
    let count = Self.levels(innerRadius: mask.innerRadius())
    var planes = [ExemplarPlane(finite, mask: mask, guide: guide, detailRadius: 1 << (count - 1))]
    while planes.count < count, let last = planes.last,
      min(last.width, last.height) > 4 * (2 * ExemplarLevel.radius + 1)
    {
      planes.append(last.halved())
    }
    let generator = CounterGenerator(seed: seed)
    var field: PatchField?
    for index in planes.indices.reversed() {
      let level = ExemplarLevel(planes[index])
      guard level.sourceCount > 0, level.isHole.contains(true) else { continue }
      let guidance = index < Self.guidedFrom ? nil : ExemplarGuidance(planes[index], weight: guideWeight)
      let own = generator.part(index)
      var next =
        field.map { PatchField(carrying: $0, to: level, guidance: guidance, generator: own) }
        ?? PatchField(startingOn: level, guidance: guidance, generator: own)
      let cycles =
        Self.leastCycles + (Self.mostCycles - Self.leastCycles) * index / max(1, planes.count - 1)
      for cycle in 0..<cycles {
        next.search(rounds: Self.searchRounds, generator: own.part(1 + cycle))
        if index > 0 || cycle + 1 < cycles { next.vote() }
      }
      field = next
    }
    guard let field, field.level.width == picture.width, field.level.height == picture.height else {
      return picture.mirrored(
        into: Mask(width: mask.width, height: mask.height, values: mask.values.map { $0 > 0 ? 1 : 0 }))
    }
    let filled = ExemplarPieces(field).compose(finite)
    var result = picture
    for pixel in mask.values.indices where mask.values[pixel] > 0 {
      for sample in 3 * pixel..<3 * pixel + 3 { result.samples[sample] = filled.samples[sample] }
    }
    return result
  }
}
